/** Network addresses (manual §8.9). */
import { codeOf } from '../pseudonym.ts';
import type { Format } from '../type-shape.ts';
import { type Scalar, type Spelled, spelled } from './scalar.ts';

/** Families as on the wire (PGSQL_AF_INET, PGSQL_AF_INET6 of utils/inet.h). */
const V4 = 2;
const V6 = 3;

interface Address {
  readonly bytes: Buffer;
  /** Length of the network's prefix, bits. */
  readonly prefix: number;
}

/** inet and cidr: redact → 0.0.0.0, partial → the first 16 bits of IPv4, 32 of IPv6; hash → a unique local address (RFC 4193). */
export function address(network: boolean): Scalar {
  const write = (bytes: Buffer, prefix: number): Spelled => {
    const whole = bytes.length * 8;
    const text = bytes.length === 4 ? bytes.join('.') : groups(bytes).join(':');
    const head = [bytes.length === 4 ? V4 : V6, prefix, network ? 1 : 0, bytes.length];
    const binary = Buffer.concat([Buffer.from(head), bytes]);
    return spelled(network || prefix < whole ? `${text}/${prefix}` : text, binary);
  };
  const redacted = write(Buffer.alloc(4), 32);
  return {
    redacted,
    partial(value, format) {
      const given = read(value, format);
      if (given === null) return null;
      const kept = given.bytes.length === 4 ? 2 : 4;
      const shown = Buffer.concat([given.bytes.subarray(0, kept), Buffer.alloc(given.bytes.length - kept)]);
      return write(shown, shown.length * 8);
    },
    hash(value, format, key) {
      const given = read(value, format);
      if (given === null) return null;
      const code = codeOf(key, `${given.bytes.toString('hex')}/${given.prefix}`).subarray(0, 16);
      code[0] = 0xfd;
      return write(code, 128);
    },
  };
}

function groups(bytes: Buffer): string[] {
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
}

function read(value: Buffer, format: Format): Address | null {
  if (format === 1) {
    const length = value[3] as number;
    if (value.length !== 4 + length || (length !== 4 && length !== 16)) return null;
    return { bytes: value.subarray(4), prefix: value[1] as number };
  }
  const [text = '', prefix] = value.toString('latin1').split('/');
  const bytes = text.includes(':') ? v6(text) : v4(text);
  if (bytes === null) return null;
  return { bytes, prefix: prefix === undefined ? bytes.length * 8 : Number(prefix) };
}

/** PostgreSQL leaves out the zeros at the end of a network's address: 10/8. */
function v4(text: string): Buffer | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){0,3}$/.test(text)) return null;
  const bytes = text.split('.').map(Number);
  return Buffer.from([...bytes, 0, 0, 0].slice(0, 4));
}

/** RFC 4291 §2.2. */
function v6(text: string): Buffer | null {
  const [, head = text, dotted] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  const last = dotted === undefined ? [] : groups(v4(dotted) as Buffer);
  const [before = '', after] = head.split('::');
  const left = before.split(':').filter((group) => group !== '');
  const right = [...(after ?? '').split(':').filter((group) => group !== ''), ...last];
  const zeros = 8 - left.length - right.length;
  if (zeros < 0 || (after === undefined && zeros > 0)) return null;
  const all = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** macaddr and macaddr8: redact → zeros, partial → the vendor, hash → locally administered (IEEE 802, §8.4). */
export function hardware(size: 6 | 8): Scalar {
  const write = (bytes: Buffer): Spelled => spelled([...bytes].map(hex).join(':'), bytes);
  const bytesOf = (value: Buffer, format: Format): Buffer | null => {
    const bytes = format === 1 ? value : Buffer.from(value.toString('latin1').replaceAll(':', ''), 'hex');
    return bytes.length === size ? bytes : null;
  };
  return {
    redacted: write(Buffer.alloc(size)),
    partial(value, format) {
      const bytes = bytesOf(value, format);
      return bytes === null ? null : write(Buffer.concat([bytes.subarray(0, 3), Buffer.alloc(size - 3)]));
    },
    hash(value, format, key) {
      const bytes = bytesOf(value, format);
      if (bytes === null) return null;
      const code = codeOf(key, bytes).subarray(0, size);
      code[0] = 0x02;
      return write(code);
    },
  };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
