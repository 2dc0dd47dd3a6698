/** Numbers with a fraction: floating point, numeric, money (manual §8.1.2, §8.1.3, §8.2). */
import { codeOf, numberBelow } from '../pseudonym.ts';
import type { Format } from '../type-shape.ts';
import { fromBytes, magnitude } from './integer.ts';
import { type Scalar, type Spelled, spelled } from './scalar.ts';

/** Hashes of numeric: as many digits as a double holds exactly, for clients that read one. */
const NUMERIC_LIMIT = 10 ** 15;

/** float4 and float8: partial → the power of ten not above, 0 below 1; hash → an integer that the type holds exactly. */
export function floating(size: 4 | 8): Scalar {
  const limit = size === 4 ? 2 ** 24 : 2 ** 53;
  const write = (value: number): Spelled => {
    const bytes = Buffer.alloc(size);
    if (size === 4) bytes.writeFloatBE(value);
    else bytes.writeDoubleBE(value);
    return spelled(String(value), bytes);
  };
  const read = (value: Buffer, format: Format): number | null => {
    if (format === 1 && value.length !== size) return null;
    if (format === 1) return size === 4 ? value.readFloatBE() : value.readDoubleBE();
    const text = value.toString('latin1');
    const number = Number(text);
    if (text === '' || (Number.isNaN(number) && text !== 'NaN')) return null;
    return size === 4 ? Math.fround(number) : number;
  };
  return {
    redacted: write(0),
    partial(value, format) {
      const given = read(value, format);
      return given === null ? null : write(powerOfTen(given));
    },
    hash(value, format, key) {
      const given = read(value, format);
      return given === null ? null : write(numberBelow(limit, key, String(given)));
    },
  };
}

/** The power of ten not above a number, its sign kept; 0 below 1, and of what is not finite. */
export function powerOfTen(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) < 1) return 0;
  return Math.sign(value) * Number(`1e${value.toExponential().split('e+')[1]}`);
}

/** numeric: partial → the power of ten not above, 0 below 1; hash → an integer of up to 15 digits. */
export const NUMERIC: Scalar = {
  redacted: numeric(0n),
  partial(value, format) {
    const text = numericText(value, format);
    return text === null ? null : numeric(magnitude(wholePart(text)));
  },
  hash(value, format, key) {
    const text = numericText(value, format);
    return text === null ? null : numeric(BigInt(numberBelow(NUMERIC_LIMIT, key, text)));
  },
};

/** Digits of a numeric on the wire are in base 10000; sign 0x4000 is negative, from 0xc000 on it is no number (numeric.c). */
const BASE = 10_000n;
const NEGATIVE = 0x4000;
const NO_NUMBER = 0xc000;

/** A whole number as numeric. */
function numeric(value: bigint): Spelled {
  const digits: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest /= BASE) digits.unshift(Number(rest % BASE));
  const weight = Math.max(0, digits.length - 1);
  const words = [digits.length, weight, value < 0n ? NEGATIVE : 0, 0, ...digits];
  const bytes = Buffer.alloc(2 * words.length);
  for (const [i, word] of words.entries()) bytes.writeUInt16BE(word, 2 * i);
  return spelled(String(value), bytes);
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** A numeric without needless zeros, `NaN` for what is no number; null when it cannot be read. */
export function numericText(value: Buffer, format: Format): string | null {
  const text = format === 0 ? value.toString('latin1') : fromNumeric(value);
  if (text === null) return null;
  if (!DECIMAL.test(text)) return /^(?:NaN|-?Infinity)$/.test(text) ? 'NaN' : null;
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function fromNumeric(value: Buffer): string | null {
  if (value.length < 8 || value.length !== 8 + 2 * value.readUInt16BE()) return null;
  const sign = value.readUInt16BE(4);
  if (sign >= NO_NUMBER) return 'NaN';
  const weight = value.readInt16BE(2);
  const count = value.readUInt16BE();
  // Far more places than any value has that anybody stored: not worth the work.
  if (Math.abs(weight) > 5000) return null;
  const digit = (place: number): string => {
    const index = weight - place;
    const known = index >= 0 && index < count ? value.readUInt16BE(8 + 2 * index) : 0;
    return String(known).padStart(4, '0');
  };
  let text = '';
  for (let place = Math.max(weight, 0); place >= 0; place--) text += digit(place);
  let fraction = '';
  for (let place = -1; place > weight - count; place--) fraction += digit(place);
  const whole = text.replace(/^0+(?=\d)/, '');
  return `${sign === NEGATIVE ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The digits before the point. */
function wholePart(text: string): bigint {
  return text === 'NaN' ? 0n : BigInt(text.split('.', 1)[0] as string);
}

/**
 * money: its text has the currency and the separators of the server's locale, any of which takes plain digits. On the wire it is a
 * count of the smallest unit, of which a hundred are taken to make one.
 */
export const MONEY: Scalar = {
  redacted: spelled('0', Buffer.alloc(8)),
  hash(value, format, key) {
    const cents = format === 0 ? centsOf(value.toString('latin1')) : String(fromBytes(value));
    const units = codeOf(key, cents).readUInt32BE() % 1_000_000_000;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(units) * 100n);
    return spelled(String(units), bytes);
  },
};

function centsOf(text: string): string {
  const digits = text.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, '');
  return /[-(]/.test(text) && digits !== '0' ? `-${digits}` : digits;
}
