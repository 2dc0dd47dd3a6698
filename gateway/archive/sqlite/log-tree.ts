/** The tree of one log in an archive's folder, for as long as something is proven by it. */
import type Database from 'better-sqlite3';
import { TreeReader } from './tree-reader.ts';
import { openVolume } from './read-volume.ts';
import { volumeFilesOf } from './volume-files.ts';

/** Runs `use` on the tree of a log over all its volumes in `folder`; throws {@link ArchiveError}, and what `use` throws. */
export function withLogTree<T>(folder: string, log: Uint8Array, use: (tree: TreeReader) => T): T {
  using opened = new DisposableStack();
  const volumes = volumeFilesOf(folder, log).map(({ path, first }) => {
    let db: Database.Database | null = null;
    const open = () => {
      if (db === null) {
        db = openVolume(path).db;
        opened.defer(() => db?.close());
      }
      return db;
    };
    return { first, db: open };
  });
  return use(new TreeReader(volumes));
}
