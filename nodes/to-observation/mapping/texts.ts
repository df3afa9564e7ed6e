/** Sentences of the mapping, in the languages that we speak. */

const EN = {
  'no-rows': ['There are no rows in the input.', 'Send CSV text, JSON, an object or an array of rows.'],
  'bad-json': ['The text is not JSON: {reason}.', 'Check the format in the mapping (CSV, JSON, or one JSON per line).'],
  'bad-line': ['Line {row} is not JSON: {reason}.', 'Each line must be one JSON object.'],
  'no-path': ['There is no "{path}" in the input; it has {found}.', 'Set "rows" to the path of the array of rows.'],
  'no-column': ['There is no column "{column}".', 'The columns are {columns}.'],
  'no-column-near': ['There is no column "{column}".', 'Did you mean "{near}"? The columns are {columns}.'],
  'bad-row': ['Row {row} is {found}, not an object or a list of cells.', 'Send rows as objects or as CSV.'],
  'short-row': ['Row {row} has {cells} cells where the header has {columns}.', 'Check the delimiter and the quotes.'],
  'bad-csv': ['Row {row} is broken CSV: {reason}.', 'Check the quotes and the delimiter.'],
  'bad-time': [
    'Row {row}, column "{column}": {found} is not a time ({format}).',
    'Set the format of the time column, for example "dd.MM.yyyy HH:mm"; years 1900 to 2200.',
  ],
  'no-thing': ['Row {row}, column "{column}" names no station.', 'Choose the column that holds the station.'],
  'no-property': ['Row {row}, column "{column}" names no property.', 'Choose the column that says what is measured.'],
  'bad-number': [
    'Row {row}, column "{column}": {found} is not a number.',
    'If it stands for "no value", add it to the missing marks; check the decimal sign.',
  ],
  'bad-boolean': ['Row {row}, column "{column}": {found} is not true or false.', 'Use true/false, yes/no, on/off or 1/0.'],
  'bad-text': ['Row {row}, column "{column}": {found} is not a text.', 'Choose a column that holds one text.'],
  'bad-place': [
    'Row {row}: {found} is not a place.',
    'Latitude is -90 to 90 and longitude -180 to 180, in degrees (WGS84); is the order swapped?',
  ],
  'no-value': ['Row {row} has none of the mapped values.', 'Check the columns of the mapping: {columns}.'],
  'bad-unit': ['"{unit}" (of {property}) is not a unit that we know.', 'Write a UCUM code such as "ug/m3", "mg/m3", "Cel" or "m".'],
  'more': ['And {count} more problems in this input.', 'Mend the ones above first.'],
  'too-long': ['The input has {found} rows; the first {limit} were used.', 'Send it in parts.'],
  row: ['row {row}', ''],
} as const;

export type TextKey = keyof typeof EN;

const TH: Record<TextKey, readonly [string, string]> = {
  'no-rows': ['ไม่พบแถวข้อมูลในข้อมูลเข้า', 'ส่งข้อความ CSV, JSON, อ็อบเจ็กต์ หรืออาร์เรย์ของแถว'],
  'bad-json': ['ข้อความไม่ใช่ JSON: {reason}', 'ตรวจสอบรูปแบบในการจับคู่ (CSV, JSON หรือ JSON บรรทัดละหนึ่งรายการ)'],
  'bad-line': ['บรรทัด {row} ไม่ใช่ JSON: {reason}', 'แต่ละบรรทัดต้องเป็นอ็อบเจ็กต์ JSON หนึ่งรายการ'],
  'no-path': ['ไม่พบ "{path}" ในข้อมูลเข้า ซึ่งมี {found}', 'ตั้งค่า "rows" ให้เป็นเส้นทางไปยังอาร์เรย์ของแถว'],
  'no-column': ['ไม่พบคอลัมน์ "{column}"', 'คอลัมน์ที่มีคือ {columns}'],
  'no-column-near': ['ไม่พบคอลัมน์ "{column}"', 'หมายถึง "{near}" หรือไม่ คอลัมน์ที่มีคือ {columns}'],
  'bad-row': ['แถว {row} เป็น {found} ไม่ใช่อ็อบเจ็กต์หรือรายการเซลล์', 'ส่งแถวเป็นอ็อบเจ็กต์หรือ CSV'],
  'short-row': ['แถว {row} มี {cells} เซลล์ แต่หัวตารางมี {columns}', 'ตรวจสอบตัวคั่นและเครื่องหมายคำพูด'],
  'bad-csv': ['แถว {row} เป็น CSV ที่เสีย: {reason}', 'ตรวจสอบเครื่องหมายคำพูดและตัวคั่น'],
  'bad-time': [
    'แถว {row} คอลัมน์ "{column}": {found} ไม่ใช่เวลา ({format})',
    'ตั้งรูปแบบของคอลัมน์เวลา เช่น "dd.MM.yyyy HH:mm" ปี ค.ศ. 1900 ถึง 2200',
  ],
  'no-thing': ['แถว {row} คอลัมน์ "{column}" ไม่ได้ระบุสถานี', 'เลือกคอลัมน์ที่เก็บสถานี'],
  'no-property': ['แถว {row} คอลัมน์ "{column}" ไม่ได้ระบุสิ่งที่วัด', 'เลือกคอลัมน์ที่บอกว่าวัดอะไร'],
  'bad-number': [
    'แถว {row} คอลัมน์ "{column}": {found} ไม่ใช่ตัวเลข',
    'ถ้าหมายถึง "ไม่มีค่า" ให้เพิ่มในเครื่องหมายค่าที่ขาด และตรวจสอบจุดทศนิยม',
  ],
  'bad-boolean': ['แถว {row} คอลัมน์ "{column}": {found} ไม่ใช่จริงหรือเท็จ', 'ใช้ true/false, yes/no, on/off หรือ 1/0'],
  'bad-text': ['แถว {row} คอลัมน์ "{column}": {found} ไม่ใช่ข้อความ', 'เลือกคอลัมน์ที่มีข้อความเดียว'],
  'bad-place': [
    'แถว {row}: {found} ไม่ใช่ตำแหน่ง',
    'ละติจูดอยู่ระหว่าง -90 ถึง 90 และลองจิจูดระหว่าง -180 ถึง 180 องศา (WGS84) สลับลำดับหรือไม่',
  ],
  'no-value': ['แถว {row} ไม่มีค่าใดที่จับคู่ไว้', 'ตรวจสอบคอลัมน์ในการจับคู่: {columns}'],
  'bad-unit': ['ไม่รู้จักหน่วย "{unit}" (ของ {property})', 'เขียนรหัส UCUM เช่น "ug/m3", "mg/m3", "Cel" หรือ "m"'],
  'more': ['และมีปัญหาอีก {count} รายการในข้อมูลเข้านี้', 'แก้รายการด้านบนก่อน'],
  'too-long': ['ข้อมูลเข้ามี {found} แถว ใช้เพียง {limit} แถวแรก', 'แบ่งส่งเป็นส่วน'],
  row: ['แถว {row}', ''],
};

/** Message and hint for people, with the place holders filled in. */
export function sentence(
  key: TextKey,
  params: Readonly<Record<string, string | number>>,
  language = 'en-US',
): readonly [message: string, hint: string] {
  const [message, hint] = (language.startsWith('th') ? TH : EN)[key];
  return [fill(message, params), fill(hint, params)];
}

function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  );
}

/** What was found, short and in quotes, fit for a sentence. */
export function shown(found: unknown): string {
  if (found === undefined || found === null) return 'nothing';
  if (found === '') return '""';
  if (typeof found === 'string') return `"${found.length > 60 ? `${found.slice(0, 60)}…` : found}"`;
  if (typeof found === 'number' || typeof found === 'boolean' || typeof found === 'bigint') return String(found);
  return Array.isArray(found) ? 'a list' : typeof found === 'object' ? 'an object' : `a ${typeof found}`;
}

/** Names in a sentence: at most twelve. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, 12).map((n) => `"${n.length > 40 ? `${n.slice(0, 40)}…` : n}"`);
  return names.length > 12 ? `${first.join(', ')}, …` : first.join(', ');
}
