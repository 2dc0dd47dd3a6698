/** Reads what gateways shipped: the manifests of each log in order, and the events of the bundles that they name. */
import { fromBase64 } from '../../shared/recording/base64.ts';
import { originOf } from '../../shared/recording/checkpoint.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { placesOf, type BundleSegment } from '../../shared/remote/bundle.ts';
import {
  parseShipped,
  parseShippedKey,
  shippedKey,
  type ReadShipped,
  type ShippedBundle,
} from '../../shared/remote/manifest.ts';
import { ArchiveError } from '../archive/archive.ts';
import { sha256 } from '../archive/ed25519.ts';
import { LogKeys } from '../archive/sqlite/verify/log-keys.ts';
import { NO_KEYS, type KeySource } from './keys/key-source.ts';
import { withWords } from './manifest-words.ts';
import type { ObjectStore } from './object-store.ts';
import { openDirectory, openSegment, readOpened, type OpenDirectory } from './open-bundle.ts';

/** What stands before the manifests of all logs. */
const ALL_LOGS = 'v1/';

/** Sorts behind all that lies in a log's folder. */
const BEHIND_ALL = '~';

/** The manifest that is read next, and what it must name as the one before; the trusted keys grow as the chain is followed. */
export interface ReadFrom {
  readonly number: number;
  /** SHA-256 of the note before, base64; null where that is not known. */
  readonly previous: string | null;
}

/** Ids (hex) of the logs that manifests are there of, in order. */
export async function shippedLogs(store: ObjectStore): Promise<string[]> {
  const logs: string[] = [];
  for (let after: string | undefined; ;) {
    const [key] = await store.keys(ALL_LOGS, after, 1);
    const [folder, log] = /^v1\/([0-9a-f]{32})\//.exec(key ?? '') ?? [];
    if (folder === undefined || log === undefined) {
      if (key === undefined) return logs;
      after = key; // what is no gateway's
      continue;
    }
    const [manifest] = await store.keys(`${folder}manifests/`, undefined, 1);
    if (manifest !== undefined && parseShippedKey(manifest) !== null) logs.push(log);
    after = `${folder}${BEHIND_ALL}`;
  }
}

/**
 * The manifests of a log (hex) from `from` on, in order, each signed by a trusted key (`keys`: 32 bytes each, and those that trusted
 * manifests name), and each naming the one before. Rejects with ArchiveError DAMAGED where that does not hold, UNREACHABLE where the
 * store cannot be asked; what was given by then is good.
 */
export async function* shippedManifests(
  store: ObjectStore,
  log: string,
  {
    keys,
    from,
    keySource = NO_KEYS,
  }: {
    readonly keys: readonly Uint8Array[];
    readonly from?: ReadFrom;
    /** What opens what manifests say under a tenant's key. */
    readonly keySource?: KeySource;
  },
): AsyncGenerator<ReadShipped> {
  let { number, previous } = from ?? { number: 0, previous: null };
  const trusted = [...keys];
  const behind = number === 0 ? undefined : shippedKey(log, number - 1);
  for (const key of await store.keys(shippedKey(log, 0).slice(0, -9), behind)) {
    if (parseShippedKey(key)?.number !== number)
      throw damaged(store, key, `is there, and manifest ${number} before it is not`);
    const read = await readShipped(store, log, key);
    expectSigned(store, key, read, { log, trusted });
    if (previous !== null && read.previous !== previous)
      throw damaged(store, key, `names another manifest as the one before it than is there`);
    const named = fromBase64(read.key);
    if (named !== null) trusted.push(named);
    yield withWords(log, read, keySource);
    previous = digestOf(read.text);
    number++;
  }
}

/** One manifest by its key; its signature is not looked at. Rejects with ArchiveError. */
export async function readShipped(store: ObjectStore, log: string, key: string): Promise<ReadShipped> {
  const text = Buffer.from(await store.get(key)).toString('utf8');
  const read = parseShipped(Buffer.from(log, 'hex'), text);
  if (read === null || shippedKey(log, read.number) !== key)
    throw damaged(store, key, 'is not the manifest that its name says');
  return read;
}

/** What the next manifest says of a note: its SHA-256, base64. */
export function digestOf(text: string): string {
  return sha256(Buffer.from(text)).toString('base64');
}

/** A whole bundle, held against its manifest. Rejects with ArchiveError, DAMAGED where it is another. */
export async function fetchBundle(store: ObjectStore, bundle: ShippedBundle): Promise<Uint8Array> {
  const bytes = await store.get(bundle.key);
  if (bytes.length !== bundle.bytes || sha256(bytes).toString('base64') !== bundle.sha256)
    throw damaged(store, bundle.key, 'is not the bundle that was put');
  return bytes;
}

/** The directory of a bundle, fetched and held against its manifest without the rest. Rejects with ArchiveError. */
export async function fetchDirectory(
  store: ObjectStore,
  bundle: ShippedBundle,
  keys: KeySource = NO_KEYS,
): Promise<OpenDirectory> {
  const head = await store.range(bundle.key, 0, bundle.head.bytes);
  if (head.length !== bundle.head.bytes || sha256(head).toString('base64') !== bundle.head.sha256)
    throw damaged(store, bundle.key, 'does not begin as the bundle that was put');
  return openDirectory(head, store.named(bundle.key), keys);
}

/** The events of one segment, fetched alone and held against the directory. Rejects with ArchiveError. */
export async function fetchSegment(
  store: ObjectStore,
  bundle: ShippedBundle,
  directory: OpenDirectory,
  wanted: BundleSegment,
  keys: KeySource = NO_KEYS,
): Promise<StoredEvent[]> {
  const name = store.named(bundle.key);
  for (const { segment, from, to } of placesOf(directory, bundle.head.bytes)) {
    if (segment !== wanted) continue;
    const frames = await store.range(bundle.key, from, to);
    if (sha256(frames).toString('base64') !== segment.sha256)
      throw damaged(store, bundle.key, `holds other bytes from ${from} to ${to} than were put`);
    return readOpened(await openSegment(frames, segment, { ...directory, name }, keys), name);
  }
  throw new RangeError('the segment is of another bundle');
}

/** All events of a bundle in the order of the log. Rejects with ArchiveError; `name` is how a person calls it. */
export async function eventsOf(
  bundle: Uint8Array,
  name: string,
  keys: KeySource = NO_KEYS,
): Promise<StoredEvent[]> {
  const directory = openDirectory(bundle, name, keys);
  const events: StoredEvent[] = [];
  for (const { segment, from, to } of placesOf(directory, directory.headBytes)) {
    const opened = await openSegment(bundle.subarray(from, to), segment, { ...directory, name }, keys);
    for (const stored of readOpened(opened, name)) events.push(stored);
  }
  return events.toSorted((a, b) => a.event.index - b.event.index);
}

function expectSigned(
  store: ObjectStore,
  key: string,
  { note }: ReadShipped,
  { log, trusted }: { readonly log: string; readonly trusted: readonly Uint8Array[] },
): void {
  const signed = new LogKeys(originOf(Buffer.from(log, 'hex')), trusted).signed(note);
  if (signed.bad) throw damaged(store, key, 'is not what was signed');
  if (!signed.trusted)
    throw new ArchiveError(
      'DAMAGED',
      `${store.named(key)} is signed with no key that is trusted here: pin the gateway’s (auditorium key pin)`,
    );
}

function damaged(store: ObjectStore, key: string, what: string): ArchiveError {
  return new ArchiveError('DAMAGED', `${store.named(key)} ${what}; keep it as evidence`);
}
