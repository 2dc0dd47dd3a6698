/** Notes of a log that say which bundles were removed by the rules of retention. */
import type { ShippedBundle } from '../../../shared/remote/manifest.ts';
import { parseRemoval, removalFolder, removalKey, type ReadRemoval } from '../../../shared/remote/removal.ts';
import { ArchiveError } from '../../archive/archive.ts';
import type { ObjectStore } from '../object-store.ts';

/** All of a log (hex) in order; signatures are not looked at. Rejects with ArchiveError. */
export async function removals(store: ObjectStore, log: string): Promise<ReadRemoval[]> {
  const found: ReadRemoval[] = [];
  for (const key of await store.keys(removalFolder(log))) {
    const text = Buffer.from(await store.get(key)).toString('utf8');
    const read = parseRemoval(Buffer.from(log, 'hex'), text);
    if (read === null || removalKey(log, read.number) !== key)
      throw new ArchiveError(
        'DAMAGED',
        `${store.named(key)} is no note of what was removed; keep it as evidence`,
      );
    found.push(read);
  }
  return found;
}

/** Whether a bundle that could not be had for this reason is one that a note says was removed. */
export async function isRemoved(
  store: ObjectStore,
  log: string,
  { key, sha256 }: ShippedBundle,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof ArchiveError) || error.code !== 'NOT_FOUND') return false;
  return (await removals(store, log)).some(({ bundles }) => bundles[key] === sha256);
}
