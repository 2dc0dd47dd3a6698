/**
 * What stays in a remote store where bundles were removed by the rules of retention (docs/retention.md): signed notes, each naming the note
 * before itself, at `v1/<log>/expired/<number, 9 digits>`.
 *
 *   auditorium.local/<log, 32 hex digits>/removed
 *   <JSON>
 *
 * Manifests stay: they hold roots and frontiers of the log's tree, so that what remains is proved as before.
 */
import { originOf } from '../recording/checkpoint.ts';
import type { Sha256 } from '../recording/commitment.ts';
import { ED25519, parseNote, signatureLine, signNote, type Note, type Signer } from '../recording/note.ts';
import { logFolder } from './manifest.ts';

/** Bundles that were removed together. */
export interface Removal {
  readonly version: 1;
  /** Of the notes of this log, from 0. */
  readonly number: number;
  /** SHA-256 of the whole note before, base64; null for the first. */
  readonly previous: string | null;
  /** µs since 1970. */
  readonly time: number;
  readonly reason: string;
  /** Events that were in them: `first` up to, without, `next`. */
  readonly first: number;
  readonly next: number;
  /** Their SHA-256, base64, by the keys of their objects. */
  readonly bundles: Readonly<Record<string, string>>;
}

/** A note as read; its signatures are not looked at. */
export interface ReadRemoval extends Removal {
  readonly note: Note;
  readonly text: string;
}

/** Where a log's notes lie. */
export function removalFolder(log: string): string {
  return `${logFolder(log)}expired/`;
}

export function removalKey(log: string, number: number): string {
  return removalFolder(log) + String(number).padStart(9, '0');
}

/** The note; where the signing key was replaced the one before, `previous`, signs as well. */
export function signRemoval(
  sha256: Sha256,
  log: Uint8Array,
  removal: Removal,
  { signer, previous }: { readonly signer: Signer; readonly previous: Signer | null },
): string {
  const origin = originOf(log);
  const text = `${origin}/removed\n${JSON.stringify(removal)}\n`;
  const keyOf = ({ publicKey }: Signer) => ({ name: origin, type: ED25519, key: publicKey }) as const;
  const note = signNote(sha256, text, keyOf(signer), signer.sign);
  if (previous === null) return note;
  return note + signatureLine(sha256, keyOf(previous), previous.sign(new TextEncoder().encode(text)));
}

/** Reads a note of a log (16 bytes); null when the text is none. */
export function parseRemoval(log: Uint8Array, text: string): ReadRemoval | null {
  const note = parseNote(text);
  const [name, json = '', end, ...rest] = note?.text.split('\n') ?? [];
  if (note === null || name !== `${originOf(log)}/removed` || end !== '' || rest.length > 0) return null;
  try {
    const read = JSON.parse(json) as Partial<Removal> | null;
    if (read?.version !== 1 || typeof read.reason !== 'string' || typeof read.bundles !== 'object')
      return null;
    if (![read.number, read.time, read.first, read.next].every(Number.isSafeInteger)) return null;
    if (read.previous !== null && typeof read.previous !== 'string') return null;
    if (!Object.values(read.bundles).every((hash) => typeof hash === 'string')) return null;
    return { ...(read as Removal), note, text };
  } catch {
    return null;
  }
}
