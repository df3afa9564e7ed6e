/** Sentences of the engine, for problems. `{name}` is replaced by a parameter. */

const ENGLISH = {
  definition: 'The event "{event}" cannot be judged: {reason}',
  'definition.hint': 'Open the event in the editor (or the definition file) and correct it.',
  tooDeep: 'its condition is nested too deeply or has too many parts.',
  lowHigh: 'the lower border {low} lies above the upper border {high}.',
  margin: 'with a margin of {margin} it would never be back to normal.',
  order: '"{value}" is a text, and texts can only be equal or not equal.',
  clearAbove: 'it is to be back to normal below {clear}, which lies above the limit {value}.',
  clearBelow: 'it is to be back to normal above {clear}, which lies below the limit {value}.',
  steps: 'its window "{over}" holds too many steps of "{step}" (at most 10,000).',
  duration: '"{text}" is not a duration.',
  zone: 'the time zone "{zone}" does not exist.',
  twice: 'two events have the id "{id}".',
  broken: '{error}',

  unit: '{event}: {datastream} ({property}) is measured in {unit}, which cannot be compared with {limit}.',
  'unit.none': '{event}: {datastream} ({property}) has no unit, so that it cannot be compared with {limit}.',
  'unit.other': '{event}: {datastream} ({property}) is measured in {unit}, others in {limit}, and the limit has no unit.',
  'unit.hint': 'Give the limit a unit of the same kind, or set the unit of the Datastream at its source.',
  value: '{event}: {datastream} sent {value}, which is not the kind of value that the condition compares.',
  'value.hint': 'Look at the value in the debug sidebar; a mapping (to-observation) can turn text into numbers.',
  'too-late': '{event}: a reading of {datastream} came {late} after a newer one and is sorted in for {lateness} only.',
  'too-late.hint': 'Allow more lateness in the event, or let the source send in the order of time.',
  'too-late.window': '{event}: a reading of {datastream} came after its window had been closed.',
  future: 'A reading of {datastream} is stamped {ahead} into the future.',
  'future.hint': 'Set the clock and the time zone of the sensor or of the source.',
  limit: '{count} streams are followed; {datastream} is not judged.',
  'limit.hint': 'Choose fewer readings, or use more nodes.',
  window: '{event}: more than {count} readings lie in one window; the oldest are left out.',
  'window.hint': 'Make the window shorter, or let the source send fewer readings.',
  place: '{event}: {datastream} carries no zones, but the domain is about certain zones.',
  'place.hint': 'Put a spatial-filter node before this one, or take the zones out of the domain.',
} as const;

export type TextKey = keyof typeof ENGLISH;

const THAI: Record<TextKey, string> = {
  definition: 'ไม่สามารถประเมินเหตุการณ์ "{event}" ได้: {reason}',
  'definition.hint': 'เปิดเหตุการณ์นี้ในตัวแก้ไข (หรือไฟล์นิยาม) แล้วแก้ไขให้ถูกต้อง',
  tooDeep: 'เงื่อนไขซ้อนกันลึกเกินไปหรือมีหลายส่วนเกินไป',
  lowHigh: 'ขอบล่าง {low} สูงกว่าขอบบน {high}',
  margin: 'เมื่อใช้ระยะเผื่อ {margin} ค่าจะไม่มีวันกลับสู่ปกติ',
  order: '"{value}" เป็นข้อความ ซึ่งเปรียบเทียบได้เพียงเท่ากันหรือไม่เท่ากัน',
  clearAbove: 'กำหนดให้กลับสู่ปกติเมื่อต่ำกว่า {clear} แต่ค่านี้สูงกว่าเกณฑ์ {value}',
  clearBelow: 'กำหนดให้กลับสู่ปกติเมื่อสูงกว่า {clear} แต่ค่านี้ต่ำกว่าเกณฑ์ {value}',
  steps: 'ช่วงเวลา "{over}" มีจำนวนขั้น "{step}" มากเกินไป (ไม่เกิน 10,000)',
  duration: '"{text}" ไม่ใช่ระยะเวลา',
  zone: 'ไม่มีเขตเวลา "{zone}"',
  twice: 'มีเหตุการณ์สองรายการที่ใช้รหัส "{id}"',
  broken: '{error}',

  unit: '{event}: {datastream} ({property}) มีหน่วยเป็น {unit} ซึ่งเปรียบเทียบกับ {limit} ไม่ได้',
  'unit.none': '{event}: {datastream} ({property}) ไม่มีหน่วย จึงเปรียบเทียบกับ {limit} ไม่ได้',
  'unit.other': '{event}: {datastream} ({property}) มีหน่วยเป็น {unit} แต่ชุดอื่นเป็น {limit} และเกณฑ์ไม่ได้ระบุหน่วย',
  'unit.hint': 'ระบุหน่วยชนิดเดียวกันให้เกณฑ์ หรือกำหนดหน่วยของ Datastream ที่ต้นทาง',
  value: '{event}: {datastream} ส่งค่า {value} ซึ่งไม่ใช่ชนิดของค่าที่เงื่อนไขใช้เปรียบเทียบ',
  'value.hint': 'ตรวจดูค่าในแถบดีบัก การแมปข้อมูล (to-observation) แปลงข้อความเป็นตัวเลขได้',
  'too-late': '{event}: ค่าของ {datastream} มาช้ากว่าค่าที่ใหม่กว่า {late} แต่ระบบรอจัดลำดับเพียง {lateness}',
  'too-late.hint': 'เพิ่มเวลาที่ยอมให้มาช้าในเหตุการณ์ หรือให้ต้นทางส่งตามลำดับเวลา',
  'too-late.window': '{event}: ค่าของ {datastream} มาถึงหลังจากปิดช่วงเวลาแล้ว',
  future: 'ค่าของ {datastream} มีเวลาล่วงหน้าไปในอนาคต {ahead}',
  'future.hint': 'ตั้งนาฬิกาและเขตเวลาของเซนเซอร์หรือของต้นทางให้ถูกต้อง',
  limit: 'กำลังติดตามอยู่ {count} ชุดข้อมูล จึงไม่ประเมิน {datastream}',
  'limit.hint': 'เลือกค่าที่อ่านให้น้อยลง หรือใช้หลายโหนด',
  window: '{event}: มีค่าในช่วงเวลาเดียวมากกว่า {count} ค่า ค่าที่เก่าที่สุดถูกตัดออก',
  'window.hint': 'ลดความยาวของช่วงเวลา หรือให้ต้นทางส่งค่าน้อยลง',
  place: '{event}: {datastream} ไม่มีข้อมูลโซน แต่โดเมนกำหนดโซนไว้',
  'place.hint': 'วางโหนด spatial-filter ไว้ก่อนโหนดนี้ หรือลบโซนออกจากโดเมน',
};

const TABLES: Readonly<Record<string, Record<TextKey, string>>> = { 'en-US': ENGLISH, th: THAI };

/** @param language "en-US" or "th"; English for everything else */
export function engineText(
  language: string | undefined,
  key: TextKey,
  parameters: Readonly<Record<string, string | number>> = {},
): string {
  const table = language !== undefined && Object.hasOwn(TABLES, language) ? TABLES[language]! : ENGLISH;
  return table[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : whole,
  );
}

/** True for a key of the texts; a definition error may carry any. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(ENGLISH, key);
}
