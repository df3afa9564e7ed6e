/** Why a guess is as it is, in the languages that we speak. */
const NOTES = {
  rows: ['Rows: {path}.', 'แถวข้อมูล: {path}'],
  explode: ['Each element of "{path}" is a reading.', 'แต่ละรายการใน "{path}" คือค่าที่วัดได้หนึ่งค่า'],
  noHeader: ['The first row is data, so columns are numbered.', 'แถวแรกเป็นข้อมูล จึงใช้หมายเลขคอลัมน์'],
  time: ['Time: column "{column}" ({format}).', 'เวลา: คอลัมน์ "{column}" ({format})'],
  noTime: [
    'No column looks like a time; the time of arrival is used.',
    'ไม่พบคอลัมน์ที่เป็นเวลา จึงใช้เวลาที่ได้รับข้อมูล',
  ],
  naive: [
    'The times name no zone: {zone} is assumed; set the zone if they are local.',
    'เวลาไม่ได้ระบุเขตเวลา จึงถือว่าเป็น {zone} ให้ตั้งเขตเวลาถ้าเป็นเวลาท้องถิ่น',
  ],
  dayFirst: [
    'Dates are read day first ({format}); change it if the month comes first.',
    'อ่านวันที่แบบวันมาก่อนเดือน ({format}) เปลี่ยนได้ถ้าเดือนมาก่อน',
  ],
  interval: ['A reading every {interval}.', 'มีค่าทุก {interval}'],
  thing: ['Station: column "{column}".', 'สถานี: คอลัมน์ "{column}"'],
  topicThing: ['Station: the topic of the message.', 'สถานี: หัวข้อ (topic) ของข้อความ'],
  noThing: ['No column names a station: all rows are of one.', 'ไม่มีคอลัมน์สถานี จึงถือว่าทุกแถวมาจากสถานีเดียว'],
  long: ['One reading in each row: property "{property}", value "{value}".', 'แถวละหนึ่งค่า: สิ่งที่วัด "{property}" ค่า "{value}"'],
  wide: ['One property in each column: {columns}.', 'คอลัมน์ละหนึ่งสิ่งที่วัด: {columns}'],
  noUnit: ['No unit is known for {columns}.', 'ไม่ทราบหน่วยของ {columns}'],
  place: ['Place: {columns}.', 'ตำแหน่ง: {columns}'],
  noPlace: ['No place was found.', 'ไม่พบตำแหน่ง'],
  quality: ['Quality: column "{column}".', 'คุณภาพ: คอลัมน์ "{column}"'],
  decimal: ['Numbers have a decimal comma.', 'ตัวเลขใช้จุลภาคเป็นจุดทศนิยม'],
  missing: ['{marks} stands for "no value".', '{marks} หมายถึง "ไม่มีค่า"'],
  noValue: ['No column of numbers was found; choose the value yourself.', 'ไม่พบคอลัมน์ตัวเลข กรุณาเลือกคอลัมน์ค่าเอง'],
  noRows: ['There is nothing to guess from.', 'ไม่มีข้อมูลให้คาดเดา'],
} as const;

export type NoteKey = keyof typeof NOTES;

/** One sentence of the explanation. */
export function note(key: NoteKey, params: Readonly<Record<string, string>>, language: string): string {
  const text: string = NOTES[key][language.startsWith('th') ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(params, name) ? params[name]! : whole));
}
