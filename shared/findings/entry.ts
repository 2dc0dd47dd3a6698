/**
 * Entries of a case: deterministic CBOR arrays, signed (Ed25519), each holding the id of the one before it in its chain
 * (docs/casework.md is the format, byte by byte).
 *
 *   signed   "auditorium case entry\n" ‖ entry
 *   id       SHA-256(signed)
 *   entry    [version, key, chain, number, previous, clock, time, name, body]
 */
import { CborWriter } from '../recording/cbor.ts';
import { CborError, CborReader } from '../recording/cbor-reader.ts';
import type { Sha256 } from '../recording/commitment.ts';
import type { Signer, VerifyEd25519 } from '../recording/note.ts';
import type { Author, EntryId } from './annotation.ts';
import { bodyValue, type EntryBody, readBody, type UnreadBody } from './body.ts';
import { readValue, writeValue } from './cbor-value.ts';
import { fromHex, toHex } from './hex.ts';

const ENTRY_VERSION = 1;
const ITEMS = 9;

/** What is signed begins with this, so that no signature of an entry is one of anything else. */
const DOMAIN = new TextEncoder().encode('auditorium case entry\n');

/** The longest narrative has 80,000 bytes, a hundred anchors as many; what is larger is nobody's entry. */
export const MAX_ENTRY_BYTES = 512 * 1024;

/** Bytes of a key, of an id, of a chain's name and of a signature. */
const KEY_BYTES = 32;
const ID_BYTES = 32;
const CHAIN_BYTES = 16;
const SIGNATURE_BYTES = 64;

/** The year 2112: a clock that stands at the end of what integers count could never go on. */
export const LAST_CLOCK = 2 ** 52;

/** An entry as it is kept and sent. */
export interface SignedEntry {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** What stands around a body. */
interface EntryHead {
  /** One author's entries in one case file are one chain: a name made by chance, hex. */
  readonly chain: string;
  /** From 0 in its chain. */
  readonly number: number;
  /** Of the entry before it in its chain; null for the first. */
  readonly previous: EntryId | null;
  /** Orders entries of all chains: the time in µs, but always above that of every entry its author had seen. */
  readonly clock: number;
  /** µs since 1970, as its author's machine had it. */
  readonly time: number;
}

export interface NewEntry extends EntryHead {
  /** What the author calls themselves. */
  readonly name: string;
  readonly body: EntryBody;
}

/** An entry whose signature is good. */
export interface CaseEntry extends EntryHead {
  readonly id: EntryId;
  readonly author: Author;
  readonly body: EntryBody | UnreadBody;
}

/** What these functions take of the machine that they run on. */
export interface EntryCrypto {
  readonly sha256: Sha256;
  readonly verify: VerifyEd25519;
}

/** Why bytes are no entry. */
export class EntryError extends Error {
  readonly code: 'MALFORMED_ENTRY' | 'BAD_SIGNATURE' | 'NEWER_VERSION';
  constructor(code: EntryError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EntryError';
    this.code = code;
  }
}

/** Reads an entry, whoever signed it. Throws {@link EntryError}. */
export function readEntry(
  { bytes, signature }: SignedEntry,
  crypto: EntryCrypto,
): { readonly entry: CaseEntry; readonly isSigned: () => boolean } {
  if (bytes.length > MAX_ENTRY_BYTES) throw malformed(`it has ${bytes.length} bytes`);
  try {
    const { key, name, ...rest } = readItems(new CborReader(bytes));
    const signed = signedBytes(bytes);
    const author = { key: fingerprintOf(key, crypto.sha256), name };
    return {
      entry: { ...rest, id: toHex(crypto.sha256(signed)), author },
      isSigned: () => signature.length === SIGNATURE_BYTES && crypto.verify(key, signed, signature),
    };
  } catch (error) {
    if (error instanceof CborError) throw malformed(error.message, error);
    throw error;
  }
}

function readItems(reader: CborReader): Omit<NewEntry, 'body'> & {
  readonly key: Uint8Array;
  readonly body: EntryBody | UnreadBody;
} {
  const items = reader.array();
  const version = reader.integer();
  if (version !== ENTRY_VERSION)
    throw new EntryError('NEWER_VERSION', `it was written in version ${version} of the format of cases`);
  if (items !== ITEMS) throw malformed(`it has ${items} parts`);
  const entry = {
    key: sized(reader.bytes(), KEY_BYTES),
    chain: toHex(sized(reader.bytes(), CHAIN_BYTES)),
    number: counted(reader.integer()),
    previous: reader.skipNull() ? null : toHex(sized(reader.bytes(), ID_BYTES)),
    clock: counted(reader.integer()),
    time: counted(reader.integer()),
    name: reader.text().slice(0, MAX_NAME),
    body: readBody(readValue(reader)),
  };
  if (!reader.done) throw malformed('more follows it');
  return entry;
}

/** A name is a line that people read. */
export const MAX_NAME = 200;

/** Writes and signs an entry. */
export function signEntry(entry: NewEntry, { publicKey, sign }: Signer): SignedEntry {
  const writer = new CborWriter();
  writer.array(ITEMS);
  writer.integer(ENTRY_VERSION);
  writer.bytes(publicKey);
  writer.bytes(fromHex(entry.chain));
  writer.integer(entry.number);
  if (entry.previous === null) writer.null();
  else writer.bytes(fromHex(entry.previous));
  writer.integer(entry.clock);
  writer.integer(entry.time);
  writer.text(entry.name.slice(0, MAX_NAME).toWellFormed());
  writeValue(writer, bodyValue(entry.body));
  const bytes = writer.written().slice();
  return { bytes, signature: sign(signedBytes(bytes)) };
}

/** Reads an entry and checks its signature. Throws {@link EntryError}. */
export function openEntry(signed: SignedEntry, crypto: EntryCrypto): CaseEntry {
  const { entry, isSigned } = readEntry(signed, crypto);
  if (isSigned()) return entry;
  throw new EntryError('BAD_SIGNATURE', 'its signature is not good: it was changed after it was written');
}

/** What identifies an author: SHA-256 of their public key, hex. */
export function fingerprintOf(key: Uint8Array, sha256: Sha256): string {
  return toHex(sha256(key));
}

/** The order of a case: by clock, entries of one clock by id. */
export function isBefore(a: CaseEntry, b: CaseEntry): boolean {
  return a.clock === b.clock ? a.id < b.id : a.clock < b.clock;
}

function signedBytes(bytes: Uint8Array): Uint8Array {
  const signed = new Uint8Array(DOMAIN.length + bytes.length);
  signed.set(DOMAIN);
  signed.set(bytes, DOMAIN.length);
  return signed;
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw malformed(`${bytes.length} bytes stand where ${length} are due`);
  return bytes;
}

function counted(value: number): number {
  if (value < 0 || value > LAST_CLOCK) throw malformed(`${value} is no number of an entry, nor a time`);
  return value;
}

function malformed(what: string, cause?: unknown): EntryError {
  return new EntryError('MALFORMED_ENTRY', `it is no entry of a case: ${what}`, { cause });
}
