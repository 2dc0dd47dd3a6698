/** Binary numbers as PostgreSQL prints them. */

/** Signs of binary `numeric` (src/backend/utils/adt/numeric.c). */
const NUMERIC_SIGNS: Readonly<Record<number, string>> = { 0x0000: '', 0x4000: '-' };
const NUMERIC_SPECIALS: Readonly<Record<number, string>> = {
  0xc000: 'NaN',
  0xd000: 'Infinity',
  0xf000: '-Infinity',
};

/** Digits of `numeric` before and after the point, at most: what a cell of it may make us write. */
const NUMERIC_MAX_WEIGHT = 131_072 / 4;
const NUMERIC_MAX_SCALE = 16_383;

/** `numeric`: Int16 digit count, weight, sign and scale, then digits to base 10,000; null when malformed. */
export function numericText(bytes: Uint8Array): string | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [count, weight, sign, scale] = [
    view.getUint16(0),
    view.getInt16(2),
    view.getUint16(4),
    view.getUint16(6),
  ];
  const special = NUMERIC_SPECIALS[sign];
  if (special !== undefined) return special;
  const minus = NUMERIC_SIGNS[sign];
  if (minus === undefined || bytes.length !== 8 + 2 * count) return null;
  if (weight > NUMERIC_MAX_WEIGHT || scale > NUMERIC_MAX_SCALE) return null;
  const group = (i: number) => String(i >= 0 && i < count ? view.getUint16(8 + 2 * i) : 0).padStart(4, '0');
  let whole = '';
  for (let i = 0; i <= weight; i++) whole += group(i);
  let fraction = '';
  for (let i = weight + 1; fraction.length < scale; i++) fraction += group(i);
  const integer = whole.replace(/^0+(?=\d)/, '') || '0';
  return minus + integer + (scale === 0 ? '' : `.${fraction.slice(0, scale)}`);
}

/** From this power of ten on a float is printed with an exponent: its digits before the point are no longer all exact. */
const FLOAT8_FIXED_DIGITS = 15;
const FLOAT4_FIXED_DIGITS = 6;

/** `float8` in the shortest form that reads back the same (extra_float_digits 1, the default). */
export function float8Text(value: number): string {
  return floatText(value, value.toExponential(), FLOAT8_FIXED_DIGITS);
}

/** `float4` likewise: digits are added until the text reads back to the same single. */
export function float4Text(value: number): string {
  let exponential = value.toExponential(0);
  for (let digits = 1; digits <= 8 && Math.fround(Number(exponential)) !== value; digits++) {
    exponential = value.toExponential(digits);
  }
  return floatText(value, exponential, FLOAT4_FIXED_DIGITS);
}

function floatText(value: number, exponential: string, fixedDigits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = exponential.split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= fixedDigits) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const minus = value < 0 ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${minus}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return minus + whole + (fraction === '' ? '' : `.${fraction}`);
}
