/** Bundles of a log that were removed by the rules of retention: those that notes in the store name which a trusted key signed. */
import { originOf } from '../../../shared/recording/checkpoint.ts';
import { parseRemoval, removalFolder, removalKey } from '../../../shared/remote/removal.ts';
import { LogKeys } from '../../archive/sqlite/verify/log-keys.ts';
import type { Versions } from './versions.ts';

export interface RemovedBundles {
  /** SHA-256, base64, by their keys. */
  readonly byKey: ReadonlyMap<string, string>;
  /** Keys of the notes. */
  readonly notes: readonly string[];
}

/** What is signed with none of the keys is no note: it says nothing, and is one object too many. */
export async function removedBundles(
  versions: Versions,
  log: string,
  trusted: readonly Uint8Array[],
): Promise<RemovedBundles> {
  const byKey = new Map<string, string>();
  const notes: string[] = [];
  const id = Buffer.from(log, 'hex');
  for (const key of versions.keys().filter((one) => one.startsWith(removalFolder(log)))) {
    for await (const { bytes } of versions.contents(key)) {
      const read = parseRemoval(id, Buffer.from(bytes).toString('utf8'));
      if (read === null || removalKey(log, read.number) !== key) continue;
      const { bad, trusted: isTrusted } = new LogKeys(originOf(id), [...trusted]).signed(read.note);
      if (bad || !isTrusted) continue;
      notes.push(key);
      for (const [bundle, hash] of Object.entries(read.bundles)) byKey.set(bundle, hash);
    }
  }
  return { byKey, notes };
}
