/** Opens what a person named: an archive that is recorded here in place, what somebody sent as a private copy of what verifies. */
import { resolve } from 'node:path';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { isBundle } from '../gateway/archive/bundle/bundle-source.ts';
import { isOwnArchive } from '../gateway/archive/own-archives.ts';
import { openArchive } from '../gateway/archive/sqlite/open.ts';
import { cacheFolder, readSettings, userFolder } from '../gateway/config.ts';
import { openForeign } from '../gateway/opening.ts';
import type { ForeignStanding } from '../shared/api/foreign.ts';
import { openBucketNamed, placeNamed } from './bucket.ts';
import { OpeningProgressLine } from './opening-progress.ts';
import { packageOf } from './package.ts';
import { keysForLooking } from './pinned-keys.ts';
import { standingLine } from './standing-line.ts';
import { INDEX_VARIABLE, openIndexed } from './remote-index.ts';
import { isStoreNamed, openStoreDirect } from './remote-store.ts';
import { note } from './terminal.ts';
import { VerifiedHeads } from './verified-heads.ts';

export interface ReaderOptions {
  /** A gateway's configuration: the archive that it names is one's own, its key is trusted. */
  readonly config?: string | null;
  /** Told in a line how what somebody sent stands; default: standard error. */
  readonly say?: (line: string) => void;
}

/** Rejects with ArchiveError, and with ConfigError and KeyError where these cannot be read. The reader is the caller's to close. */
export async function openReader(path: string, options: ReaderOptions = {}): Promise<ArchiveReader> {
  const index = process.env[INDEX_VARIABLE];
  if (index !== undefined && index !== '') return openIndexed(path, index, options.config ?? null);
  if (await isStoreNamed(path)) return openStoreDirect(path, options.config ?? null);
  const place = placeNamed(path);
  if (place !== null) return openBucketNamed(place, options.config ?? null);
  const archive = resolve(path);
  if (await isOwn(archive, options)) return openArchive(archive);
  return openSent(archive, options);
}

/** Where this user's programs keep what can be made anew. */
export function cacheOfUser(): string {
  return cacheFolder(process.env);
}

/** Whether this user's programs write it: a gateway or an import noted it, or the configuration names it. */
async function isOwn(path: string, { config = null }: ReaderOptions): Promise<boolean> {
  if (isOwnArchive(userFolder(process.env), path)) return true;
  return config !== null && (await readSettings(config)).archive === path;
}

async function openSent(path: string, { config = null, say = note }: ReaderOptions): Promise<ArchiveReader> {
  const { version } = packageOf(import.meta.dirname);
  using progress = new OpeningProgressLine();
  const { volumes, standing } = await openForeign(path, {
    kind: (await isBundle(path)) ? 'bundle' : 'volumes',
    cache: cacheOfUser(),
    keys: await keysForLooking(config, process.env),
    anchors: new VerifiedHeads(userFolder(process.env)).anchors(path),
    now: Date.now() * 1_000,
    software: version,
    onProgress: (made) => progress.show(made),
  });
  progress.clear();
  say(standingLine(path, standing));
  return sentReader(await openArchive(volumes), path, standing);
}

/** What is told of a private copy names what was sent. */
function sentReader(reader: ArchiveReader, path: string, standing: ForeignStanding): ArchiveReader {
  return { ...reader, info: async () => ({ ...(await reader.info()), path, foreign: standing }) };
}
