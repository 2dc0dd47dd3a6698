/** Which values occur in a volume: all of them, or where they are many a Bloom filter that may take a strange one for one of them. */
import { toBase64 } from '../../../shared/recording/base64.ts';
import { sha256 } from '../ed25519.ts';

/** What occurs: the values themselves, or bits of a Bloom filter (base64) over their forms, lower case. */
export type ValueSet = { readonly values: readonly string[] } | { readonly bloom: string };

/** Beyond so many a filter is smaller than the values, and what a person looks for is told apart as well. */
const MOST_VALUES = 10_000;

/** With ten bits a value and seven of them set, one in a hundred strange values is taken for one that occurs. */
const BITS_PER_VALUE = 10;
const BITS_SET = 7;

/** `formsOf`: all that a value is found by as a whole, itself included. */
export function valueSet(values: readonly string[], formsOf: (value: string) => readonly string[]): ValueSet {
  if (values.length <= MOST_VALUES) return { values };
  const forms = new Set(values.flatMap((value) => formsOf(lowerCase(value))));
  const bits = new Uint8Array(Math.ceil((forms.size * BITS_PER_VALUE) / 8));
  for (const form of forms) for (const bit of bitsOf(form, bits.length)) setBit(bits, bit);
  return { bloom: toBase64(bits) };
}

/** Whether some value passes; of a filter, whether `form` may be among its forms, which null always may. */
export function mayHold(set: ValueSet, passes: (value: string) => boolean, form: string | null): boolean {
  if ('values' in set) return set.values.some(passes);
  const bits = Buffer.from(set.bloom, 'base64');
  if (bits.length === 0 || form === null) return true;
  return bitsOf(lowerCase(form), bits.length).every((bit) => isSet(bits, bit));
}

/** Reads one; null when it is none. */
export function parseValueSet(read: unknown): ValueSet | null {
  if (typeof read !== 'object' || read === null) return null;
  if ('bloom' in read) return typeof read.bloom === 'string' ? { bloom: read.bloom } : null;
  if (!('values' in read) || !Array.isArray(read.values)) return null;
  const values = read.values.filter((value) => typeof value === 'string');
  return values.length === read.values.length ? { values } : null;
}

/** Places of the bits of a form: the first words of its SHA-256. */
function bitsOf(form: string, bytes: number): number[] {
  const digest = sha256(new TextEncoder().encode(form));
  return Array.from({ length: BITS_SET }, (_, i) => digest.readUInt32BE(i * 4) % (bytes * 8));
}

function setBit(bits: Uint8Array, bit: number): void {
  bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
}

function isSet(bits: Uint8Array, bit: number): boolean {
  return ((bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

/** As filters compare: the letters A to Z alone. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
