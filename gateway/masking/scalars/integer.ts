/** Integers (manual §8.1.1) and what is written like them: object identifiers (§8.19), transaction ids. */
import { codeOf } from '../pseudonym.ts';
import type { Format } from '../type-shape.ts';
import { type Scalar, type Spelled, spelled } from './scalar.ts';

const INTEGER = /^-?\d{1,20}$/;

/** An integer type of `size` bytes: redact → 0, partial → the power of ten, hash → any that is not negative. */
export function integer(size: 2 | 4 | 8, signed = true): Scalar {
  const mask = (1n << BigInt(signed ? size * 8 - 1 : size * 8)) - 1n;
  const write = (value: bigint): Spelled => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
    return spelled(String(value), bytes.subarray(8 - size));
  };
  const read = (value: Buffer, format: Format): bigint | null => {
    if (format === 0) {
      const text = value.toString('latin1');
      return INTEGER.test(text) ? BigInt(text) : null;
    }
    return value.length === size ? fromBytes(value, signed) : null;
  };
  return {
    redacted: write(0n),
    partial(value, format) {
      const given = read(value, format);
      return given === null ? null : write(magnitude(given));
    },
    hash(value, format, key) {
      const given = read(value, format);
      return given === null ? null : write(codeOf(key, String(given)).readBigUInt64BE() & mask);
    },
  };
}

/** The power of ten not above a number, its sign kept; 0 of 0. It says how many digits there are and no digit. */
export function magnitude(value: bigint): bigint {
  if (value === 0n) return 0n;
  const size = 10n ** BigInt(String(value < 0n ? -value : value).length - 1);
  return value < 0n ? -size : size;
}

/** A big-endian integer of any length. */
export function fromBytes(bytes: Buffer, signed = true): bigint {
  const value = BigInt(`0x${bytes.toString('hex')}`);
  return signed ? BigInt.asIntN(bytes.length * 8, value) : value;
}
