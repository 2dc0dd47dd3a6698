/**
 * Finds manifests of a log without reading all before them: a year of a gateway is half a million. They are numbered without gaps and
 * in the order of their events, so the last one, the one with an event, and the one that named a key are found by halving.
 */
import { fromBase64 } from '../../shared/recording/base64.ts';
import { originOf } from '../../shared/recording/checkpoint.ts';
import { parseShippedKey, shippedKey, type ReadShipped } from '../../shared/remote/manifest.ts';
import { ArchiveError } from '../archive/archive.ts';
import { LogKeys } from '../archive/sqlite/verify/log-keys.ts';
import { readShipped } from './bundles.ts';
import type { ObjectStore } from './object-store.ts';

/** Manifests of a log by number, none of them looked at. */
type Read = (number: number) => Promise<ReadShipped>;

/** Of a store; each is read once. */
export function reading(store: ObjectStore, log: string): Read {
  const kept = new Map<number, Promise<ReadShipped>>();
  return (number) => {
    const known = kept.get(number) ?? readShipped(store, log, shippedKey(log, number));
    kept.set(number, known);
    known.catch(() => kept.delete(number));
    return known;
  };
}

/** The number of the last manifest of a log, which `atLeast` is known of; null: there is none. Rejects with ArchiveError. */
export async function lastManifest(store: ObjectStore, log: string, atLeast = -1): Promise<number | null> {
  const beginning = shippedKey(log, 0).slice(0, -9);
  const behind = async (number: number): Promise<number | null> => {
    const after = number < 0 ? undefined : shippedKey(log, number);
    const [key] = await store.keys(beginning, after, 1);
    return key === undefined ? null : (parseShippedKey(key)?.number ?? null);
  };
  let low = atLeast;
  let step = 1;
  for (;;) {
    const found = await behind(low + step - 1);
    if (found === null) break;
    low = found;
    step *= 2;
  }
  let high = low + step - 1;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    const found = await behind(middle);
    if (found === null) high = middle;
    else low = found;
  }
  return low < 0 ? null : low;
}

/** The first manifest up to `last` whose bundles end behind an event; null where none does. Rejects with ArchiveError. */
export async function manifestWith(read: Read, last: number, index: number): Promise<number | null> {
  if ((await read(last)).next <= index) return null;
  return firstOf(0, last, async (number) => (await read(number)).next > index);
}

/**
 * The keys that may sign a log's manifests up to `last`: those that are trusted, and those that manifests name which these signed.
 * Rejects with ArchiveError, DAMAGED where none of them signed the last one.
 */
export async function keysUpTo(
  store: ObjectStore,
  log: string,
  {
    read,
    last,
    trusted,
  }: { readonly read: Read; readonly last: number; readonly trusted: readonly Uint8Array[] },
): Promise<Uint8Array[]> {
  const keys = [...trusted];
  const isTrusted = async (number: number) => signedBy(log, await read(number), keys);
  while (!(await isTrusted(last))) {
    const from = await firstOf(0, last, async (number) => !(await isTrusted(number)));
    const named = from === 0 ? null : fromBase64((await read(from - 1)).key);
    const known = named !== null && keys.some((key) => Buffer.from(key).equals(named));
    if (named === null || known)
      throw new ArchiveError(
        'REFUSED',
        `${store.named(shippedKey(log, from))} is signed with no key that is trusted here: pin the gateway’s (auditorium key pin FILE)`,
      );
    keys.push(named);
  }
  const latest = fromBase64((await read(last)).key);
  return latest === null ? keys : [...keys, latest];
}

/** Whether one of some keys signed a manifest. */
export function signedBy(log: string, { note }: ReadShipped, keys: readonly Uint8Array[]): boolean {
  const { bad, trusted } = new LogKeys(originOf(Buffer.from(log, 'hex')), keys).signed(note);
  return !bad && trusted;
}

/** The least number from `low` on that something is true of, as it is of all behind it; `high` is one. */
async function firstOf(low: number, high: number, is: (number: number) => Promise<boolean>): Promise<number> {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = from + Math.floor((to - from) / 2);
    if (await is(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
