/**
 * What a bucket holds of a log (docs/format.md §13): signed notes `manifest-<n>`, each naming all volumes and the note before it, so
 * that a volume or a note that is missing, or an older note in the place of a newer one, is found out.
 */
import { fromBase64, toBase64 } from '../../../shared/recording/base64.ts';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import { ED25519, parseNote, signNote, type Note, type Signer } from '../../../shared/recording/note.ts';
import { sha256 } from '../ed25519.ts';

/** A volume in the bucket. */
export interface PutVolume {
  /** Name of its file. */
  readonly name: string;
  /** Of the object, below the place's prefix. */
  readonly key: string;
  readonly first: number;
  readonly next: number;
  readonly bytes: number;
  /** Of its file, base64. */
  readonly sha256: string;
  /** Its seal: a signed note. */
  readonly seal: string;
  /** Of its first and last event, µs since 1970. */
  readonly from: number;
  readonly to: number;
  readonly statements: number;
  readonly sessions: number;
  /** The object that tells what occurs in it (summary.ts), and the hash of its bytes, base64. */
  readonly summary: { readonly key: string; readonly sha256: string };
}

export interface Manifest {
  /** Of the notes of this log, from 0. */
  readonly number: number;
  /** SHA-256 of the note before, base64; null for the first. */
  readonly previous: string | null;
  /** In the order of their events. */
  readonly volumes: readonly PutVolume[];
  /** Of volumes that were removed by the rules of retention: their signed notes (expiry-note.ts). */
  readonly expired: readonly string[];
}

/** A manifest as read; its signatures are not looked at. */
export interface ReadManifest extends Manifest {
  readonly note: Note;
}

const NUMBER_DIGITS = 9;

/** The key of a log's manifest: they sort as they were written. */
export function manifestKey(log: string, number: number): string {
  return `${log}/manifest-${String(number).padStart(NUMBER_DIGITS, '0')}`;
}

/** The log (hex) and number that a key names; null when it is no manifest's. */
export function parseManifestKey(key: string): { readonly log: string; readonly number: number } | null {
  const [, log, number] = /^([0-9a-f]{32})\/manifest-(\d{9})$/.exec(key) ?? [];
  return log === undefined ? null : { log, number: Number(number) };
}

/** The note of a log (16 bytes), signed. */
export function signManifest(log: Uint8Array, manifest: Manifest, { publicKey, sign }: Signer): string {
  const origin = originOf(log);
  const lines = [
    `${origin}/manifest`,
    manifest.number,
    manifest.previous ?? '-',
    ...manifest.volumes.map((volume) => JSON.stringify(volume)),
    ...manifest.expired.map((expired) => JSON.stringify({ expired })),
    '',
  ];
  const key = { name: origin, type: ED25519, key: publicKey } as const;
  return signNote(sha256, lines.join('\n'), key, sign);
}

/** SHA-256 of a note, base64: what the next one says of it. */
export function digestOfNote(note: string): string {
  return toBase64(sha256(new TextEncoder().encode(note)));
}

/** Reads a log's manifest; null when the text is none. */
export function parseManifest(log: Uint8Array, text: string): ReadManifest | null {
  const note = parseNote(text);
  const [name, number = '', previous = '', ...lines] = note?.text.split('\n') ?? [];
  if (note === null || name !== `${originOf(log)}/manifest` || lines.pop() !== '') return null;
  if (!/^\d{1,9}$/.test(number) || (previous !== '-' && fromBase64(previous)?.length !== 32)) return null;
  const entries = lines.map(entryIn);
  const known = entries.filter((entry) => entry !== null);
  if (known.length !== entries.length) return null;
  return {
    note,
    number: Number(number),
    previous: previous === '-' ? null : previous,
    volumes: known.flatMap((entry) => (typeof entry === 'string' ? [] : [entry])),
    expired: known.flatMap((entry) => (typeof entry === 'string' ? [entry] : [])),
  };
}

const TEXTS = ['name', 'key', 'sha256', 'seal'] as const;
const NUMBERS = ['first', 'next', 'bytes', 'from', 'to', 'statements', 'sessions'] as const;

/** A volume, or the note of one that was removed; null when the line is neither. */
function entryIn(line: string): PutVolume | string | null {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(read)) return null;
  if (typeof read['expired'] === 'string') return read['expired'];
  if (!isRecord(read['summary'])) return null;
  const { summary } = read;
  const isWhole =
    TEXTS.every((field) => typeof read[field] === 'string') &&
    NUMBERS.every((field) => Number.isSafeInteger(read[field])) &&
    typeof summary['key'] === 'string' &&
    typeof summary['sha256'] === 'string' &&
    /^[0-9a-f]{32}-\d{12}\.audit$/.test(String(read['name']));
  return isWhole ? (read as unknown as PutVolume) : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
