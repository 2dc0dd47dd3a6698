/** Phone numbers: international ones (ITU-T E.164), and national ones as people write them, with gaps. */
import { matches } from './span.ts';

/** Country codes (ITU-T E.164, list of 2016). */
const COUNTRY =
  '1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\\d|3[578]\\d|42[013]|5[09]\\d|6[789]\\d|8[05789]\\d|9[679]\\d';

/** Digits with the gaps that people leave: at most a bracket and a space, or a hyphen between spaces. */
const DIGITS = String.raw`(?:[ .\-/()]{0,3}\d)`;

/** National forms. Plain digits are left to labels: they are as often the number of an order. */
const NATIONAL = [
  String.raw`(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[ .-]\d{4}`, // North America
  String.raw`\([2-9]\d{2}\)[2-9]\d{2}-\d{4}`,
  // United Kingdom
  String.raw`\(?0(?:1\d{3}\)? \d{6}|1\d{2}\)? \d{3} \d{4}|2\d\)? \d{4} \d{4}|7\d{3}\)? \d{6}|7\d{3} \d{3} \d{3}|800 \d{3} \d{4})`,
  String.raw`\(?0(?:1[5-7]\d|[2-9]\d{1,4})\)?(?: ?\/ ?| |-)\d{3,4}(?:[ -]?\d){2,5}`, // Germany, Austria
  String.raw`0[1-9]([ .-])\d\d(?:\1\d\d){3}`, // France
  String.raw`0\d\d \d{3} \d\d \d\d`, // Switzerland
  String.raw`06[- ]\d{8}`, // Netherlands
  String.raw`04\d\d \d{3} \d{3}|\(0[2378]\) \d{4} \d{4}`, // Australia
  String.raw`0[1-9]\d{0,2}-\d{2,4}-\d{4}`, // Japan
  String.raw`\(\d\d\) 9?\d{4}-\d{4}`, // Brazil
];

/** What calls a number a phone number. */
const NAMES = 'phone|mobile|cell|tel|telefon|telephone|telefono|fax|msisdn|handy|whatsapp';

const INTERNATIONAL = new RegExp(
  String.raw`(?<![\w)+])(?:\+|00[ .-]?)(?=(?:${COUNTRY}))\d${DIGITS}{6,14}(?!\w)(?!\.\d)`,
  'g',
);
const NATIONAL_FORM = new RegExp(
  String.raw`(?<![\w+.:/])(?<!\w-)(?:${NATIONAL.join('|')})(?!\w)(?![.:/-]\w)`,
  'g',
);
const CALLED = new RegExp(
  String.raw`(?<![a-z])(?:${NAMES})(?:[ _-]?(?:number|no|nr|num))?\.?["']?\s{0,2}[:=#]?\s{0,2}["']?(\+?\(?\d${DIGITS}{6,14})(?!\w)(?!\.\d)`,
  'gi',
);
const LABEL = new RegExp(`(?<![a-z])(?:[a-z]*phone|${NAMES})(?![a-z])`, 'i');
const WHOLE = new RegExp(String.raw`^\+?\(?\d${DIGITS}{6,14}$`);

/** Fewest digits of a number with its area or country. */
const FEWEST = 9;
const MOST = 15;

/** Phone numbers in a text; `label` is what the value is called. */
export function findPhones(text: string, label: string): [number, number][] {
  const found: [number, number][] = [];
  for (const form of [INTERNATIONAL, NATIONAL_FORM]) {
    for (const { 0: number, index } of matches(text, form)) {
      if (isLong(number) && !isPadded(number)) found.push([index, index + number.length]);
    }
  }
  for (const { 0: all, 1: number = '', index } of matches(text, CALLED)) {
    const end = index + all.length;
    found.push([end - number.length, end]);
  }
  if (LABEL.test(label) && WHOLE.test(text)) found.push([0, text.length]);
  return found;
}

function isLong(number: string): boolean {
  const digits = number.replaceAll(/\D/g, '').length;
  return digits >= FEWEST && digits <= MOST;
}

/** Digits that only begin with zeros are some other number, written with leading ones. */
function isPadded(number: string): boolean {
  return /^00\d+$/.test(number);
}
