/** How whatever is open is verified: one's own in the background, what was sent when it was opened, a bucket by the command line. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { userFolder } from '../../gateway/config.ts';
import { verifyApart } from '../../gateway/verifying.ts';
import { parseCheckpoint } from '../../shared/recording/checkpoint.ts';
import { parseNote } from '../../shared/recording/note.ts';
import type { ForeignStanding } from '../../shared/api/foreign.ts';
import type { Integrity, IntegrityResult } from '../../shared/api/integrity.ts';
import { SessionId } from '../../shared/api/session.ts';
import { placeNamed, wholeName } from '../bucket.ts';
import { headsOf, REMEMBERED } from '../commands/verify.ts';
import { keysForLooking } from '../pinned-keys.ts';
import { VerifiedHeads } from '../verified-heads.ts';
import { ArchiveIntegrity, type Verifying } from './archive-integrity.ts';
import { VerifiedArchives } from './verified-archives.ts';

/** What the host knows of the open archive's integrity. */
export interface IntegrityDesk {
  current(): Integrity;
  /** Begins to verify it anew. */
  verify(): Integrity;
  /** Somebody works with the archive. */
  inUse(): void;
  close(): void;
}

export interface IntegritySource {
  /** As it was named. */
  readonly archive: string;
  readonly reader: Pick<ArchiveReader, 'info' | 'logs'>;
  /** A gateway's configuration, whose key is trusted. */
  readonly config: string | null;
  readonly tell: (integrity: Integrity) => void;
}

/** Rejects with ArchiveError, ConfigError or KeyError. The desk is the caller's to close. */
export async function integrityOf({
  archive,
  reader,
  config,
  tell,
}: IntegritySource): Promise<IntegrityDesk> {
  const { foreign } = await reader.info();
  if (placeNamed(archive) !== null)
    return settled({ ...UNKNOWN, onRequest: true, problem: ofBucket(archive) });
  if (foreign !== null) return settled(await ofSent(foreign, reader));
  const path = wholeName(archive);
  const keys = await keysForLooking(config, process.env);
  const folder = userFolder(process.env);
  const heads = new VerifiedHeads(folder);
  const verify = async ({ unchanged, projections, background, onProgress, signal }: Verifying) => {
    const request = { path, keys, anchors: heads.anchors(path), needSeals: false, now: Date.now() * 1_000 };
    const how = { projections, background, onProgress, signal };
    const report = await verifyApart({ ...request, unchanged }, how);
    if (REMEMBERED.has(report.verdict)) heads.remember(path, headsOf(report), Date.now(), false);
    return report;
  };
  return new ArchiveIntegrity({
    archive: path,
    keys: keys.map((key) => Buffer.from(key).toString('hex')),
    verify,
    verified: new VerifiedArchives(folder),
    events: async () => (await reader.info()).events,
    tell,
    now: Date.now,
    after: (ms, run) => {
      const timer = setTimeout(run, ms).unref();
      return () => clearTimeout(timer);
    },
  });
}

/** Of a store that gateways ship to. */
export function integrityOfStore(name: string): IntegrityDesk {
  return settled({ ...UNKNOWN, onRequest: true, problem: ofBucket(name) });
}

const UNKNOWN: Integrity = {
  state: 'unverified',
  progress: null,
  onRequest: false,
  bytes: 0,
  result: null,
  problem: null,
};

/** What does not change while it is open. */
function settled(integrity: Integrity): IntegrityDesk {
  return {
    current: () => integrity,
    verify: () => integrity,
    inUse: () => undefined,
    close: () => undefined,
  };
}

function ofBucket(name: string): string {
  return `all of a bucket is fetched to verify it: auditorium verify ${name} does that`;
}

/** What somebody sent was verified when its private copy was made, or found again by the SHA-256 of what was sent. */
async function ofSent(standing: ForeignStanding, reader: Pick<ArchiveReader, 'logs'>): Promise<Integrity> {
  const { verdict, findings, found, keys, unknownKeys, leftOut, cut, kind } = standing;
  const logs = (await reader.logs()).map(({ log, volumes }) => {
    const next = volumes.at(-1)?.next ?? 0;
    const wrong = findings.flatMap((one) =>
      one.log === log && one.event !== null && one.verdict === 'CORRUPT' ? [one.event] : [],
    );
    const note = volumes.findLast(({ checkpoint }) => checkpoint !== null)?.checkpoint ?? '';
    const signedTo = parseCheckpoint(parseNote(note)?.text ?? '')?.size ?? 0;
    return { log, next, verifiedTo: Math.min(next, ...wrong), signedTo };
  });
  const result: IntegrityResult = {
    verdict,
    logs,
    events: logs.reduce((sum, { verifiedTo }) => sum + verifiedTo, 0),
    keys,
    unknownKeys,
    findings,
    found,
    touched: cut.flatMap(({ session, sequence, log, event }) => {
      const id = SessionId.safeParse(session);
      return id.success ? [{ session: id.data, sequence, log, event, verdict: 'CORRUPT' as const }] : [];
    }),
    leftOut,
    compared: true,
    cannotKnow: kind === 'bundle' ? [CHOSEN, REST_ON_KEY] : [REST_ON_KEY],
    at: Date.now() * 1_000,
  };
  return { ...UNKNOWN, state: 'done', result };
}

const CHOSEN = 'Somebody chose the sessions of this bundle: what others of the same log did is not here.';
const REST_ON_KEY =
  'Whoever holds the key could have cut off the end, or written all of it anew, before it was sent: a checkpoint that somebody else kept would tell.';
