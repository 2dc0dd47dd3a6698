/**
 * What a gateway says of the bundles that it put (docs/remote.md): signed notes, one a minute, each naming the bundles put since the one
 * before and the note before itself.
 *
 *   auditorium.local/<log, 32 hex digits>/shipped
 *   <JSON: about the log>
 *   <JSON: one line a bundle, in the order of their events>
 *
 * The key's name is the log's origin. Hashes are base64.
 */
import { fromBase64 } from '../recording/base64.ts';
import { originOf } from '../recording/checkpoint.ts';
import type { Sha256 } from '../recording/commitment.ts';
import { ED25519, parseNote, signatureLine, signNote, type Note, type Signer } from '../recording/note.ts';

/** How long a store must keep an object, and whether anybody may shorten it. */
export interface Lock {
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
  /** ms since 1970. */
  readonly until: number;
}

/** What of values occurs in a bundle: as in a volume's summary (docs/format.md §13). */
export type ShippedSet = { readonly values: readonly string[] } | { readonly bloom: string };

/** A bundle as its manifest names it. */
export interface ShippedBundle {
  /** Below the prefix. */
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Its first bytes, up to the end of the directory. */
  readonly head: { readonly bytes: number; readonly sha256: string };
  /** Events `first` up to, without, `next`. */
  readonly first: number;
  readonly next: number;
  /** Root of the log's tree of `next` leaves. */
  readonly root: string;
  /** Least and greatest time of its events, µs since 1970. */
  readonly from: number;
  readonly to: number;
  readonly statements: number;
  /** First 16 hex digits of the ids of all sessions in it, one after the other; null where they are too many. */
  readonly sessions: string | null;
  /** By name, of which SUMMARISED of gateway/archive/bucket/summary.ts is the list; null where what came before is not known. */
  readonly sets: Readonly<Record<string, ShippedSet>> | null;
  readonly lock: Lock | null;
}

/** What a manifest says under a tenant's key alone: the gateway's name, and of each bundle its `sessions` and `sets`, which then are null. */
export interface SealedWords {
  /** Id of the tenant's key, 16 hex digits. */
  readonly key: string;
  /** A zstd frame of JSON, sealed; base64. */
  readonly data: string;
}

/** The manifest of a minute. */
export interface ShippedManifest {
  readonly version: 1;
  /** Of the manifests of this log, from 0. */
  readonly number: number;
  /** SHA-256 of the whole note before; null for the first. */
  readonly previous: string | null;
  /** µs since 1970, by the gateway's clock. */
  readonly time: number;
  /** What the gateway calls itself; '' where that is sealed. */
  readonly gateway: string;
  readonly sealed?: SealedWords;
  /** The public key that signs from here on, and may sign the next ones. */
  readonly key: string;
  /** The log's tree: of `first` leaves, from where its bundles go on; and of `next`, where they end. */
  readonly first: number;
  readonly opening: string;
  readonly next: number;
  readonly root: string;
  readonly frontier: string;
  /** The checkpoint of that tree: a signed note. */
  readonly checkpoint: string;
  /** Keys that were put before the gateway was killed and that no manifest names: nothing is lost with them. */
  readonly left: readonly string[];
  /** Of the manifest's own object. */
  readonly lock: Lock | null;
  readonly bundles: readonly ShippedBundle[];
}

/** A manifest as read; its signatures are not looked at. */
export interface ReadShipped extends ShippedManifest {
  readonly note: Note;
  /** The whole note. */
  readonly text: string;
}

const NUMBER_DIGITS = 9;
const INDEX_DIGITS = 12;

/** Where all of a log lies. */
export function logFolder(log: string): string {
  return `v1/${log}/`;
}

/** Key of a log's nth manifest: they sort as they were written. */
export function shippedKey(log: string, number: number): string {
  return `${logFolder(log)}manifests/${String(number).padStart(NUMBER_DIGITS, '0')}`;
}

/** The log (hex) and number that a key names; null when it is no manifest's. */
export function parseShippedKey(key: string): { readonly log: string; readonly number: number } | null {
  const [, log, number] = /^v1\/([0-9a-f]{32})\/manifests\/(\d{9})$/.exec(key) ?? [];
  return log === undefined ? null : { log, number: Number(number) };
}

/** Key of a bundle: what it holds is in its name, so that it may be put again. `sha256` is hex. */
export function bundleKey(log: string, first: number, sha256: string): string {
  return `${logFolder(log)}bundles/${String(first).padStart(INDEX_DIGITS, '0')}-${sha256}`;
}

/** The note of a manifest; where the key was replaced the one before, `previous`, signs as well. */
export function signShipped(
  sha256: Sha256,
  log: Uint8Array,
  manifest: ShippedManifest,
  { signer, previous }: { readonly signer: Signer; readonly previous: Signer | null },
): string {
  const origin = originOf(log);
  const { bundles, ...about } = manifest;
  const lines = [
    `${origin}/shipped`,
    JSON.stringify(about),
    ...bundles.map((one) => JSON.stringify(one)),
    '',
  ];
  const text = lines.join('\n');
  const keyOf = ({ publicKey }: Signer) => ({ name: origin, type: ED25519, key: publicKey }) as const;
  const note = signNote(sha256, text, keyOf(signer), signer.sign);
  if (previous === null) return note;
  return note + signatureLine(sha256, keyOf(previous), previous.sign(new TextEncoder().encode(text)));
}

/** Reads a manifest of a log (16 bytes); null when the text is none, or does not add up. */
export function parseShipped(log: Uint8Array, text: string): ReadShipped | null {
  const note = parseNote(text);
  const [name, head = '', ...lines] = note?.text.split('\n') ?? [];
  if (note === null || name !== `${originOf(log)}/shipped` || lines.pop() !== '') return null;
  const about = jsonIn(head);
  const bundles = lines.map(jsonIn);
  if (about === null || !isAbout(about) || !bundles.every(isBundle)) return null;
  const manifest = { ...about, bundles } as unknown as ShippedManifest;
  return followsOn(manifest) ? { ...manifest, note, text } : null;
}

/** Whether its bundles follow each other from `first` to `next`. */
function followsOn({ first, next, bundles }: ShippedManifest): boolean {
  const ends = bundles.map((bundle) => bundle.next);
  return (
    bundles.every((bundle, i) => bundle.first === (ends[i - 1] ?? first)) && (ends.at(-1) ?? first) === next
  );
}

const ABOUT_NUMBERS = ['number', 'time', 'first', 'next'] as const;
const ABOUT_HASHES = ['key', 'root'] as const;
const ABOUT_TEXTS = ['gateway', 'checkpoint', 'opening', 'frontier'] as const;

function isAbout(read: Record<string, unknown>): boolean {
  const { previous, left } = read;
  return (
    read['version'] === 1 &&
    ABOUT_NUMBERS.every((field) => isCount(read[field])) &&
    ABOUT_HASHES.every((field) => isHash(read[field])) &&
    ABOUT_TEXTS.every((field) => typeof read[field] === 'string') &&
    (previous === null || isHash(previous)) &&
    Array.isArray(left) &&
    left.every((key) => typeof key === 'string') &&
    (read['sealed'] === undefined || isSealed(read['sealed'])) &&
    isLockOrNull(read['lock'])
  );
}

const BUNDLE_NUMBERS = ['bytes', 'first', 'next', 'from', 'to', 'statements'] as const;

function isBundle(read: Record<string, unknown> | null): boolean {
  if (read === null || !isRecord(read['head'])) return false;
  const { key, head } = read;
  return (
    typeof key === 'string' &&
    BUNDLE_NUMBERS.every((field) => isCount(read[field])) &&
    isHash(read['sha256']) &&
    isHash(read['root']) &&
    isCount(head['bytes']) &&
    isHash(head['sha256']) &&
    isLockOrNull(read['lock']) &&
    isTold(read)
  );
}

function isSealed(read: unknown): boolean {
  if (!isRecord(read)) return false;
  const { key, data } = read;
  return (
    typeof key === 'string' &&
    /^[0-9a-f]{16}$/.test(key) &&
    typeof data === 'string' &&
    fromBase64(data) !== null
  );
}

function isSet(read: unknown): boolean {
  if (!isRecord(read)) return false;
  const { values, bloom } = read;
  if (bloom !== undefined) return typeof bloom === 'string';
  return Array.isArray(values) && values.every((value) => typeof value === 'string');
}

function isLockOrNull(read: unknown): boolean {
  if (read === null) return true;
  return (
    isRecord(read) &&
    (read['mode'] === 'COMPLIANCE' || read['mode'] === 'GOVERNANCE') &&
    isCount(read['until'])
  );
}

/** Whether it is what one bundle may be told by of sessions and sets. */
export function isTold(read: unknown): read is Pick<ShippedBundle, 'sessions' | 'sets'> {
  if (!isRecord(read)) return false;
  const { sessions, sets } = read;
  return (
    (sessions === null || typeof sessions === 'string') &&
    (sets === null || (isRecord(sets) && Object.values(sets).every(isSet)))
  );
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && fromBase64(value)?.length === 32;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function jsonIn(line: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(line);
    return isRecord(read) ? read : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
