/** Types that are a run of bytes or bits: bytea, uuid, bit strings (manual §8.4, §8.12, §8.10). */
import { MASK } from '../../../shared/recording/mask.ts';
import { codeOf } from '../pseudonym.ts';
import type { Format } from '../type-shape.ts';
import { type Scalar, type Spelled, spelled } from './scalar.ts';

/** bytea: redact → the bytes of `[masked]`, hash → 16 bytes. Written in hex, which every bytea_output takes. */
export const BYTEA: Scalar = {
  redacted: bytea(Buffer.from(MASK)),
  hash: (value, format, key) => bytea(codeOf(key, bytesOf(value, format)).subarray(0, 16)),
};

function bytea(bytes: Buffer): Spelled {
  return spelled(`\\x${bytes.toString('hex')}`, bytes);
}

/** The bytes of a bytea; of one in the escape format the text, which stands for them as well. */
export function bytesOf(value: Buffer, format: Format): Buffer {
  const inHex = format === 0 && value[0] === 0x5c && value[1] === 0x78;
  return inHex ? Buffer.from(value.toString('latin1', 2), 'hex') : value;
}

/** Shown of a UUID: its last two bytes; version 7 begins with a time, version 1 and 6 end with a computer. */
const SHOWN = 2;

/** uuid: redact → nil, partial → the last four digits, hash → version 8, made by a rule of one's own (RFC 9562 §5.8). */
export const UUID: Scalar = {
  redacted: uuid(Buffer.alloc(16)),
  partial(value, format) {
    const bytes = uuidBytes(value, format);
    return bytes === null ? null : uuid(Buffer.concat([Buffer.alloc(16 - SHOWN), bytes.subarray(-SHOWN)]));
  },
  hash(value, format, key) {
    const bytes = uuidBytes(value, format);
    if (bytes === null) return null;
    const code = codeOf(key, bytes.toString('hex')).subarray(0, 16);
    code[6] = 0x80 | ((code[6] as number) & 0x0f);
    code[8] = 0x80 | ((code[8] as number) & 0x3f);
    return uuid(code);
  },
};

function uuidBytes(value: Buffer, format: Format): Buffer | null {
  const bytes = format === 1 ? value : Buffer.from(value.toString('latin1').replaceAll('-', ''), 'hex');
  return bytes.length === 16 ? bytes : null;
}

function uuid(bytes: Buffer): Spelled {
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return spelled(parts.join('-'), bytes);
}

/** bit and varbit: redact → one bit, hash → 64. Binary is an Int32 count, then the bits from the highest on. */
export const BITS: Scalar = {
  redacted: spelled('0', [0, 0, 0, 1, 0]),
  hash(value, format, key) {
    const text =
      format === 0 ? value.toString('latin1') : bits(value.subarray(4)).slice(0, value.readInt32BE());
    const code = codeOf(key, text).subarray(0, 8);
    return spelled(bits(code), Buffer.concat([Buffer.from([0, 0, 0, 64]), code]));
  },
};

function bits(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
}
