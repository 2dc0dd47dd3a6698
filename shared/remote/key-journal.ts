/**
 * What a key store says of keys that were destroyed (docs/remote.md): signed notes, each naming the note before itself.
 *
 *   auditorium.local/<log, 32 hex digits>/keys
 *   <JSON>
 *
 * The key's name is the log's origin. Hashes are base64.
 */
import { fromBase64 } from '../recording/base64.ts';
import { originOf } from '../recording/checkpoint.ts';
import type { Sha256 } from '../recording/commitment.ts';
import { ED25519, parseNote, signatureLine, signNote, type Note, type Signer } from '../recording/note.ts';

/** A session's key, told by its id. */
export interface NamedKey {
  /** 32 hex digits; null: of the log's own values. */
  readonly session: string | null;
  /** 16 hex digits. */
  readonly id: string;
}

/** Keys that were destroyed together. */
export interface Destruction {
  readonly version: 1;
  /** Of the lines of this log's journal, from 0. */
  readonly number: number;
  /** SHA-256 of the whole note before; null for the first. */
  readonly previous: string | null;
  /** µs since 1970. */
  readonly time: number;
  readonly by: string;
  readonly reason: string;
  readonly keys: readonly NamedKey[];
}

/** A line as read; its signatures are not looked at. */
export interface ReadDestruction extends Destruction {
  readonly note: Note;
  /** The whole note. */
  readonly text: string;
}

/** The note; where the signing key was replaced the one before, `previous`, signs as well. */
export function signDestruction(
  sha256: Sha256,
  log: Uint8Array,
  destruction: Destruction,
  { signer, previous }: { readonly signer: Signer; readonly previous: Signer | null },
): string {
  const origin = originOf(log);
  const text = `${origin}/keys\n${JSON.stringify(destruction)}\n`;
  const keyOf = ({ publicKey }: Signer) => ({ name: origin, type: ED25519, key: publicKey }) as const;
  const note = signNote(sha256, text, keyOf(signer), signer.sign);
  if (previous === null) return note;
  return note + signatureLine(sha256, keyOf(previous), previous.sign(new TextEncoder().encode(text)));
}

/** Reads a line of the journal of a log (16 bytes); null when the text is none. */
export function parseDestruction(log: Uint8Array, text: string): ReadDestruction | null {
  const note = parseNote(text);
  const [name, json = '', end, ...rest] = note?.text.split('\n') ?? [];
  if (note === null || name !== `${originOf(log)}/keys` || end !== '' || rest.length > 0) return null;
  let read: unknown;
  try {
    read = JSON.parse(json);
  } catch {
    return null;
  }
  if (!isRecord(read) || read['version'] !== 1 || !isCount(read['number']) || !isCount(read['time']))
    return null;
  const { previous, by, reason, keys } = read;
  if (previous !== null && (typeof previous !== 'string' || fromBase64(previous)?.length !== 32)) return null;
  if (typeof by !== 'string' || typeof reason !== 'string' || !Array.isArray(keys) || !keys.every(isNamed))
    return null;
  return { ...(read as unknown as Destruction), note, text };
}

function isNamed(read: unknown): boolean {
  if (!isRecord(read)) return false;
  const { session, id } = read;
  return (session === null || isHex(session, 32)) && isHex(id, 16);
}

function isHex(value: unknown, digits: number): boolean {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]*$/.test(value);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
