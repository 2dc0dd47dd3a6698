/**
 * Signed notes as C2SP signed-note lays them out: a text whose last character is a newline, an empty line, and signature lines
 * `— <key name> <base64(key id (4) ‖ signature)>`. Ed25519 itself is passed in: pure code has none.
 */
import { fromBase64, toBase64 } from './base64.ts';
import type { Sha256 } from './commitment.ts';

/** The signature types of C2SP signed-note that are used here: a log's own Ed25519, and a witness's timestamped cosignature. */
export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;
export type SignatureType = typeof ED25519 | typeof COSIGNATURE_V1;

const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;

/** A key that a verifier knows; `key` has 32 bytes. */
export interface NoteKey {
  readonly name: string;
  readonly type: SignatureType;
  readonly key: Uint8Array;
}

/** Who can sign: the 32 bytes of the public key, and the signing itself. */
export interface Signer {
  readonly publicKey: Uint8Array;
  readonly sign: SignEd25519;
}

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A note as read; `text` ends with its newline and is what is signed. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Whether `signature` (64 bytes) is Ed25519's of `message` under the public key (RFC 8032). */
export type VerifyEd25519 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
/** The Ed25519 signature of a message, 64 bytes. */
export type SignEd25519 = (message: Uint8Array) => Uint8Array;

/** First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). */
export function keyId(sha256: Sha256, { name, type, key }: NoteKey): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  const input = new Uint8Array(bytes.length + 2 + key.length);
  input.set(bytes);
  input[bytes.length] = 0x0a;
  input[bytes.length + 1] = type;
  input.set(key, bytes.length + 2);
  return sha256(input).slice(0, KEY_ID_BYTES);
}

/** A verifier key as C2SP writes it: `name+hex(key id)+base64(type ‖ public key)`. */
export function printKey(sha256: Sha256, key: NoteKey): string {
  const id = [...keyId(sha256, key)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${key.name}+${id}+${toBase64(Uint8Array.of(key.type, ...key.key))}`;
}

/** The reverse of {@link printKey}; null when the text is no verifier key of a type known here. */
export function parseKey(sha256: Sha256, text: string): NoteKey | null {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  if (name === undefined || id === undefined || bytes?.length !== 1 + PUBLIC_KEY_BYTES) return null;
  const type = bytes[0];
  if (type !== ED25519 && type !== COSIGNATURE_V1) return null;
  const key = { name, type, key: bytes.slice(1) } satisfies NoteKey;
  return printKey(sha256, key) === text ? key : null;
}

/** A note of `text`, which must end with a newline, signed with the key. */
export function signNote(sha256: Sha256, text: string, key: NoteKey, sign: SignEd25519): string {
  return `${text}\n${signatureLine(sha256, key, sign(new TextEncoder().encode(text)))}`;
}

/** The line that adds a signature to a note. */
export function signatureLine(sha256: Sha256, key: NoteKey, signature: Uint8Array): string {
  return `— ${key.name} ${toBase64(Uint8Array.of(...keyId(sha256, key), ...signature))}\n`;
}

/** Reads a note; null when it is not laid out as one. */
export function parseNote(note: string): Note | null {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return null;
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map(parseSignature);
  const known = signatures.filter((signature) => signature !== null);
  if (known.length !== lines.length || known.length > MOST_SIGNATURES) return null;
  return { text: note.slice(0, end + 1), signatures: known };
}

/** C2SP asks verifiers to take at least 16; more is nobody's note. */
const MOST_SIGNATURES = 100;

function parseSignature(line: string): NoteSignature | null {
  const [, name, encoded] = /^— ([^\s+]+) (\S+)$/.exec(line) ?? [];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  if (name === undefined || bytes === null || bytes.length <= KEY_ID_BYTES) return null;
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

/**
 * What the signature of `key` on the note is: `good`, `bad`, or `absent`. A cosignature is over the time it names, so
 * `time` (s since 1970) is that of a good one.
 */
export function checkSignature(
  note: Note,
  key: NoteKey,
  { sha256, verify }: { readonly sha256: Sha256; readonly verify: VerifyEd25519 },
): { readonly result: 'good' | 'bad' | 'absent'; readonly time?: number } {
  const id = keyId(sha256, key);
  const found = note.signatures.find(
    ({ name, keyId: other }) => name === key.name && other.every((byte, i) => byte === id[i]),
  );
  if (found === undefined) return { result: 'absent' };
  if (key.type === ED25519) {
    const good = verify(key.key, new TextEncoder().encode(note.text), found.signature);
    return { result: good ? 'good' : 'bad' };
  }
  const { signature } = found;
  if (signature.length !== 8 + 64) return { result: 'bad' };
  const time = Number(new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0));
  const good = verify(key.key, cosigned(note.text, time), signature.slice(8));
  return good ? { result: 'good', time } : { result: 'bad' };
}

/** What a cosignature of C2SP tlog-cosignature, version 1, signs: the checkpoint's text and the time, s since 1970. */
export function cosigned(text: string, time: number): Uint8Array {
  return new TextEncoder().encode(`cosignature/v1\ntime ${time}\n${text}`);
}
