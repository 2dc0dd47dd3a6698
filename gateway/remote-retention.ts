/**
 * Lets sessions in the remote store expire by the rules of its configuration: their keys are destroyed, which the log and the key store's
 * journal say first, signed; bundles of which everything is over are removed where that is asked, each under a signed note. What a legal
 * hold may be about stays.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { signerOf } from './archive/ed25519.ts';
import { placeOf } from './archive/bucket/place.ts';
import { activeHolds, legalHolds } from './archive/legal-holds.ts';
import type { RemoteConfig } from './config-remote.ts';
import type { KeyDestroying } from './key-destroying.ts';
import { say } from './log.ts';
import type { Recording } from './recording.ts';
import { lastManifest } from './remote/find-manifest.ts';
import { keySource } from './remote/keys/key-source.ts';
import { tenantKeysOf } from './remote/keys/tenant-keys.ts';
import type { ErasingStore } from './remote/object-store.ts';
import { dueSessions, type ExpiryRules, removeBundles } from './remote/retention/expire.ts';
import { markHeld, type MarkingOptions } from './remote/retention/legal-marks.ts';
import { SessionLedger } from './remote/retention/session-ledger.ts';

export interface RemoteRetentionOptions {
  /** The archive's folder: legal holds lie in it. */
  readonly archive: string;
  readonly spoolDir: string;
  readonly remote: RemoteConfig;
  readonly recording: Pick<Recording, 'recorder' | 'keys'>;
  readonly destroying: Pick<KeyDestroying, 'isOn' | 'intend' | 'carryOut'>;
  readonly log: Logger;
  /** In place of the bucket that is configured. */
  readonly store?: ErasingStore;
}

/** How often it is looked whether something is over, ms. */
const EVERY_MS = 300_000;

/** Sessions that expire at a time. */
const MOST_SESSIONS = 1_000;

/** Begins to look, soon; the function it returns ends it, after what it is in the middle of. */
export function startRemoteRetention(options: RemoteRetentionOptions, every = EVERY_MS): () => Promise<void> {
  const { remote, log } = options;
  // Without a rule nothing expires; and where nothing is locked, a hold is no mark in the store.
  if (remote.expire === undefined && remote.retention === null) return () => Promise.resolve();
  const rules = remote.expire ?? null;
  let passing: Promise<void> | null = null;
  let told: string | null = null;
  const look = async (): Promise<void> => {
    try {
      await pass(options, rules);
      told = null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== told)
        say(log, 'error', 'retention.failed', `sessions in the remote store are kept for now: ${why}`);
      told = why;
    } finally {
      passing = null;
    }
  };
  const timer = setInterval(() => void (passing ??= look()), every).unref();
  return async () => {
    clearInterval(timer);
    await passing;
  };
}

async function pass(options: RemoteRetentionOptions, rules: ExpiryRules | null): Promise<void> {
  const { archive, spoolDir, remote, recording, destroying, log } = options;
  if (rules === null && legalHolds(archive).length === 0) return;
  const store = options.store ?? (await openBucket(remote));
  try {
    const folder = join(spoolDir, 'remote-retention');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const id = Buffer.from(recording.recorder.log).toString('hex');
    const tenant = tenantKeysOf(remote.tenant.map((key) => Buffer.from(key, 'base64')));
    const source = keySource(null, tenant);
    const signers = () => signersOf(recording);
    const own = () => Object.values(signers()).flatMap((signer) => signer?.publicKey ?? []);
    const ledger = new SessionLedger({
      path: join(folder, `${id}.json`),
      store,
      log: id,
      keySource: source,
      own,
    });
    if (!(await ledger.update())) return; // more is to be read first
    const last = (await lastManifest(store, id)) ?? 0;
    const marking = { log: id, ledger, keySource: source, holds: activeHolds(archive), last };
    const unmarked = await mark(store, remote, marking);
    if (rules === null) return fail(unmarked);
    const now = Date.now() * 1000;
    const holds = () => activeHolds(archive).map(({ filter }) => filter);
    const due = dueSessions(ledger.sessions, rules, { now, holds: holds() }).slice(0, MOST_SESSIONS);
    if (destroying.isOn && due.length > 0) {
      for (const [age, sessions] of Map.groupBy(due, (one) => one.age)) {
        const reason = `older than ${Math.round(age / 86_400_000)} days`;
        destroying.intend(
          sessions.map((one) => ({ log: id, session: one.id })),
          { by: 'retention', reason },
        );
      }
      await destroying.carryOut();
      for (const one of due) ledger.take(one.id);
      ledger.save();
      say(log, 'info', 'retention.expired', 'sessions in the remote store expired', { sessions: due.length });
    }
    const removing = {
      store,
      log: recording.recorder.log,
      ledger,
      rules,
      keySource: source,
      signers,
      now,
      holds,
    };
    const count = await removeBundles({ ...removing, last });
    if (count > 0)
      say(log, 'info', 'retention.expired', 'bundles in the remote store were removed', { bundles: count });
    fail(unmarked);
  } finally {
    if (options.store === undefined) store[Symbol.dispose]();
  }
}

/** A store that takes no marks is no reason for anything to stay that is not held: why it does not is told behind all else. */
async function mark(
  store: ErasingStore & Partial<Pick<MarkingOptions['store'], 'holdLegally'>>,
  { retention }: RemoteConfig,
  options: Omit<MarkingOptions, 'store'>,
): Promise<unknown> {
  if (retention === null || store.holdLegally === undefined) return null;
  try {
    await markHeld({ ...options, store: store as MarkingOptions['store'] });
    return null;
  } catch (error) {
    return error;
  }
}

function fail(why: unknown): void {
  if (why !== null) throw why;
}

/** The client of a store is half a second of loading, which only those need who let something expire. */
async function openBucket(remote: RemoteConfig): Promise<ErasingStore> {
  const { S3Store } = await import('./remote/s3-store.ts');
  return new S3Store(placeOf(remote, process.env));
}

function signersOf({ keys }: Pick<Recording, 'keys'>) {
  return {
    signer: signerOf(keys.current),
    previous: keys.previous === null ? null : signerOf(keys.previous.pem),
  };
}
