/**
 * Opens what somebody sent: copied to where nobody else can change it, verified, and shown from volumes that are made anew of what
 * verified, in a process that can be killed. What came of it is kept by the SHA-256 of what was sent, so that it is done once.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyInto, type Digests, digestsOf, makePrivate } from './archive/foreign/private-copy.ts';
import type { ForeignStanding } from '../shared/api/foreign.ts';
import type { OpeningProgress } from './archive/foreign/opened.ts';
import { type Sent, survey } from './archive/foreign/survey.ts';
import { SCHEMA_VERSION } from './archive/sqlite/schema.ts';
import type { VerifyRequest } from './archive/sqlite/verify/verify.ts';
import { Opener } from './opener.ts';

export interface OpeningOptions extends Pick<VerifyRequest, 'keys' | 'anchors' | 'now'> {
  /** The user's cache (config.ts, cacheFolder). */
  readonly cache: string;
  /** Version of this program: another may list otherwise. */
  readonly software: string;
  readonly kind: ForeignStanding['kind'];
  readonly onProgress?: (progress: OpeningProgress) => void;
  /** Gives it up. */
  readonly signal?: AbortSignal;
  /** A process that is used for more than one; else one is started and ended. */
  readonly opener?: Opener;
}

export interface OpenedForeign {
  /** A folder of volumes that this program made: it may be opened like one's own. */
  readonly volumes: string;
  readonly standing: ForeignStanding;
}

const STANDING = 'standing.json';
const VOLUMES = 'volumes';
const MAKING = 'making-';

/** Raw bytes of events and payloads to a byte of the file: rows of blanks come to some hundred. */
const MOST_DENSE = 1000;
const ALWAYS_BYTES = 1 << 30;

/** Rejects with ArchiveError. */
export async function openForeign(path: string, options: OpeningOptions): Promise<OpenedForeign> {
  const sent = survey(path, options.kind);
  const digests = await digestsOf(sent, counted(sent, 'reading', options.onProgress));
  const opened = join(options.cache, 'opened');
  await makePrivate(opened);
  sweep(opened, options.now / 1000);
  const place = join(opened, keyOf(sent, digests, options));
  if (!existsSync(join(place, STANDING))) await make(opened, place, path, { sent, digests, options });
  return { volumes: join(place, VOLUMES), standing: readStanding(place) };
}

async function make(
  opened: string,
  place: string,
  path: string,
  { sent, digests, options }: { sent: Sent; digests: Digests; options: OpeningOptions },
): Promise<void> {
  const { keys, anchors, now, kind, onProgress, signal } = options;
  const making = join(opened, `${MAKING}${process.pid}-${randomUUID()}`);
  const [copy, target] = [join(making, 'sent'), join(making, VOLUMES)];
  const opener = options.opener ?? new Opener();
  try {
    for (const folder of [making, copy, target]) await mkdir(folder, { mode: 0o700 });
    await copyInto(copy, sent, digests, counted(sent, 'copying', onProgress));
    const source = sent.single === null ? copy : join(copy, sent.single);
    const request = { source, called: path, target, keys, anchors, now, kind, bytes: sent.bytes };
    const most = ALWAYS_BYTES + MOST_DENSE * sent.bytes;
    const standing = await opener.open(
      { ...request, most },
      { ...(onProgress && { onProgress }), ...(signal && { signal }) },
    );
    rmSync(copy, { recursive: true });
    writeFileSync(join(making, STANDING), JSON.stringify(standing), { mode: 0o600 });
    // Another process may have been quicker: what it made is the same.
    if (!existsSync(place)) renameSync(making, place);
  } finally {
    if (options.opener === undefined) opener.close();
    rmSync(making, { recursive: true, force: true });
  }
}

/** What the verdict and what is shown depend on. */
function keyOf(sent: Sent, digests: Digests, { keys, anchors, software }: OpeningOptions): string {
  const trusted = [
    ...keys.map((key) => Buffer.from(key).toString('hex')).toSorted(),
    ...anchors
      .map(
        ({ checkpoint: { origin, size, root } }) => `${origin} ${size} ${Buffer.from(root).toString('hex')}`,
      )
      .toSorted(),
  ];
  const told = [software, SCHEMA_VERSION, sent.kind, sent.single !== null, trusted, [...digests]];
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}

function readStanding(place: string): ForeignStanding {
  const path = join(place, STANDING);
  const now = new Date();
  utimesSync(path, now, now); // so that what is used stays
  // Older ones do not tell which sessions are cut.
  return { cut: [], ...(JSON.parse(readFileSync(path, 'utf8')) as Omit<ForeignStanding, 'cut'>) };
}

/** What was not opened for so long is made anew when it is; what a process left behind that was killed goes after a day. `now` in ms. */
const KEPT_MS = 30 * 86_400_000;
const LEFT_BEHIND_MS = 86_400_000;

function sweep(opened: string, now: number): void {
  for (const name of readdirSync(opened)) {
    const path = join(opened, name);
    const left = name.startsWith(MAKING);
    const used = statSync(left ? path : join(path, STANDING), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (now - used > (left ? LEFT_BEHIND_MS : KEPT_MS)) rmSync(path, { recursive: true, force: true });
  }
}

/** Adds up what is read. */
function counted(
  { bytes: of }: Sent,
  stage: OpeningProgress['stage'],
  onProgress: OpeningOptions['onProgress'],
): (bytes: number) => void {
  let done = 0;
  return (bytes) => onProgress?.({ stage, done: (done += bytes), of });
}
