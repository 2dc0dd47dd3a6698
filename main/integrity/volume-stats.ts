/** The files of an archive as the disk has them: what has not changed since it was verified need not be read again. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';

/** A volume's file, with what a writer has beside it. */
export const VolumeStat = z.object({
  name: z.string(),
  bytes: z.number(),
  /** Of the file and of its write-ahead log, ms. */
  changed: z.number(),
  /** Of its seal; null while it has none. */
  sealed: z.number().nullable(),
});
export type VolumeStat = z.infer<typeof VolumeStat>;

const VOLUME = '.audit';

/** The volume, or the volumes of the folder, by name. Throws what the system does where there is none. */
export function volumeStats(path: string): VolumeStat[] {
  if (!statSync(path).isDirectory()) return [statOf(path)];
  return readdirSync(path)
    .filter((name) => name.endsWith(VOLUME))
    .toSorted()
    .map((name) => statOf(join(path, name)));
}

function statOf(path: string): VolumeStat {
  const { size, mtimeMs } = statSync(path);
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  const seal = statSync(`${path}.seal`, { throwIfNoEntry: false });
  return {
    name: basename(path),
    bytes: size + (wal?.size ?? 0),
    changed: Math.max(mtimeMs, wal?.size ? wal.mtimeMs : 0),
    sealed: seal?.mtimeMs ?? null,
  };
}

/** Whether nothing was written since. */
export function sameStats(a: readonly VolumeStat[], b: readonly VolumeStat[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
