/**
 * Verifies what gateways put into a remote store by its manifests and the versions of its objects alone (docs/remote.md): nothing that a
 * store says of itself is believed, and nothing that an index says is asked for.
 */
import { fromBase64 } from '../../../shared/recording/base64.ts';
import {
  logFolder,
  parseShippedKey,
  shippedKey,
  type ReadShipped,
  type ShippedBundle,
} from '../../../shared/remote/manifest.ts';
import { verdictOf } from '../../../shared/recording/verdict.ts';
import { sha256 } from '../../archive/ed25519.ts';
import { Findings } from '../../archive/sqlite/verify/findings.ts';
import type { LogResult } from '../../archive/sqlite/verify/log-verifier.ts';
import type { Report } from '../../archive/sqlite/verify/verify.ts';
import { WholeArchive } from '../../archive/sqlite/verify/whole-archive.ts';
import type { LockingStore } from '../object-store.ts';
import { digestOf } from '../bundles.ts';
import { NO_KEYS, type KeySource } from '../keys/key-source.ts';
import { Chain } from './chain.ts';
import { ShippedEvents } from './shipped-events.ts';
import { removedBundles, type RemovedBundles } from './removed-bundles.ts';
import { UnreadValues, type NotOpened } from './unread-values.ts';
import { Versions, type Verifying } from './versions.ts';

/** What was seen of a log before: the number of its newest manifest, and that note's SHA-256. */
export interface SeenShipped {
  readonly number: number;
  readonly digest: string;
}

export interface VerifyRemoteRequest {
  readonly store: LockingStore;
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** ms since 1970. */
  readonly now: number;
  /** What was seen of a log (hex) before. */
  readonly seen: (log: string) => SeenShipped | null;
  readonly onBundle?: (bundle: number, of: number) => void;
  /** What opens what is sealed; without it that is counted, and not looked into. */
  readonly keySource?: KeySource;
}

/** What came of it; `seen` is what to keep in mind of each log. */
export interface RemoteReport extends Report {
  readonly seen: ReadonlyMap<string, SeenShipped>;
  readonly notOpened: NotOpened;
  /** Bundles that were removed by the rules of retention, as signed notes in the store say. */
  readonly expired: number;
}

/** A bundle may wait for its manifest this long, and a log for its next, ms: an hour of a store that was away. */
const PENDING_MS = 3_600_000;

/** A log that put nothing for so long, ms, is not written any more: what is open in it has no end. */
const QUIET_MS = 600_000;

/** Verifies all logs. Rejects with ArchiveError where the store cannot be asked, or gives no versions. */
export async function verifyRemote(request: VerifyRemoteRequest): Promise<RemoteReport> {
  const findings = new Findings();
  const archive = new WholeArchive(findings);
  const verifying: Verifying = { store: request.store, findings, now: request.now };
  const all = await Versions.of(verifying, 'v1/');
  const logs = [...new Set(all.keys().flatMap((key) => parseShippedKey(key)?.log ?? []))].toSorted();
  const values = new UnreadValues(findings);
  const trusted = new Map<string, readonly Uint8Array[]>();
  const results: LogResult[] = [];
  const seen = new Map<string, SeenShipped>();
  let bytes = 0;
  let expired = 0;
  for (const log of logs) {
    const verifier = new RemoteLog(request, { verifying, archive, values }, log);
    results.push(await verifier.verify());
    trusted.set(log, verifier.trusted);
    bytes += verifier.bytes;
    expired += verifier.expired;
    if (verifier.newest !== null) seen.set(log, verifier.newest);
  }
  for (const key of all.keys())
    if (logs.every((log) => !key.startsWith(logFolder(log)))) extra(verifying, key);
  archive.finish(new Map(results.map(({ log, next }) => [log, next])), 'sealed', request.now * 1000);
  const notOpened = values.finish((log) => trusted.get(log) ?? request.keys);
  return {
    verdict: verdictOf(findings.all()),
    findings: findings.all(),
    logs: results,
    bytes,
    seen,
    notOpened,
    expired,
  };
}

class RemoteLog {
  bytes = 0;
  expired = 0;
  newest: SeenShipped | null = null;
  /** Keys that may sign for the log, those among them that its manifests name. */
  trusted: readonly Uint8Array[];
  readonly #request: VerifyRemoteRequest;
  readonly #verifying: Verifying;
  readonly #log: string;
  readonly #events: ShippedEvents;
  #removed: RemovedBundles = { byKey: new Map(), notes: [] };

  constructor(
    request: VerifyRemoteRequest,
    {
      verifying,
      archive,
      values,
    }: { readonly verifying: Verifying; readonly archive: WholeArchive; readonly values: UnreadValues },
    log: string,
  ) {
    this.#request = request;
    this.#verifying = verifying;
    this.#log = log;
    this.trusted = request.keys;
    const keys = request.keySource ?? NO_KEYS;
    this.#events = new ShippedEvents(log, verifying.findings, archive, { keys, values });
  }

  async verify(): Promise<LogResult> {
    const versions = await Versions.of(this.#verifying, logFolder(this.#log));
    const chain = new Chain(this.#verifying, versions, this.#log, this.#request.keys);
    await chain.read();
    const { manifests } = chain;
    this.trusted = [...this.#request.keys, ...manifests.flatMap(({ key }) => fromBase64(key) ?? [])];
    this.#remember(manifests);
    this.#removed = await removedBundles(versions, this.#log, this.trusted);
    const named = new Map(
      manifests.flatMap(({ bundles }) => bundles.map((one) => [one.sha256, one] as const)),
    );
    let count = 0;
    for (const manifest of manifests) {
      this.#events.begin(manifest);
      for (const bundle of manifest.bundles) {
        this.#request.onBundle?.(++count, named.size);
        await this.#bundle(versions, bundle, named);
      }
      this.#events.end(manifest);
    }
    this.#extras(versions, manifests);
    this.bytes = this.#events.bytes;
    return this.#result(manifests, [...chain.signers]);
  }

  async #bundle(
    versions: Versions,
    bundle: ShippedBundle,
    named: ReadonlyMap<string, ShippedBundle>,
  ): Promise<void> {
    const { findings, store } = this.#verifying;
    const place = { log: this.#log, event: bundle.first, lastEvent: bundle.next - 1 };
    let other: ShippedBundle | null = null;
    let any = false;
    for await (const { version, bytes } of versions.contents(bundle.key)) {
      const digest = sha256(bytes).toString('base64');
      if (digest === bundle.sha256) {
        await versions.judge(bundle.key, version, bundle.lock, place);
        return await this.#events.add(bundle, bytes);
      }
      any = true;
      other ??= named.get(digest) ?? null;
    }
    this.#events.pass();
    const name = store.named(bundle.key);
    if (other !== null)
      findings.add('REORDERED', `${name} is the bundle of events ${other.first} to ${other.next - 1}`, place);
    else if (any) findings.add('REPLACED', `${name} is not the bundle that was put, which is gone`, place);
    else if (this.#removed.byKey.get(bundle.key) === bundle.sha256) this.expired++;
    else findings.add('MISSING', `${name} is gone`, place);
  }

  /** What nobody signed for, but for what may have been put just now. */
  #extras(versions: Versions, manifests: readonly ReadShipped[]): void {
    const known = new Set(this.#removed.notes);
    for (const { number, left, bundles } of manifests)
      for (const key of [shippedKey(this.#log, number), ...left, ...bundles.map((one) => one.key)])
        known.add(key);
    const next = manifests.at(-1)?.next ?? 0;
    for (const key of versions.keys()) {
      if (known.has(key) || parseShippedKey(key) !== null) continue; // the chain told of manifests
      const first = /\/bundles\/(\d{12})-[0-9a-f]{64}$/.exec(key)?.[1];
      const isPending = Number(first) >= next && this.#verifying.now - versions.timeOf(key) < PENDING_MS;
      if (!isPending) extra(this.#verifying, key, this.#log);
    }
  }

  #remember(manifests: readonly ReadShipped[]): void {
    const last = manifests.at(-1);
    const before = this.#request.seen(this.#log);
    const { findings } = this.#verifying;
    const log = this.#log;
    if (before !== null && before.number > (last?.number ?? -1))
      findings.add('TRUNCATED', `manifest ${before.number} was seen here before, and is not there any more`, {
        log,
      });
    const same = manifests.find(({ number }) => number === before?.number);
    if (same !== undefined && digestOf(same.text) !== before?.digest)
      findings.add('FORKED', `manifest ${same.number} is another than the one seen here before`, { log });
    if (last !== undefined) this.newest = { number: last.number, digest: digestOf(last.text) };
  }

  #result(manifests: readonly ReadShipped[], signers: readonly string[]): LogResult {
    const last = manifests.at(-1);
    const { life, counts } = this.#events;
    const { now } = this.#request;
    const isQuiet = last === undefined || now - last.time / 1000 > QUIET_MS;
    life.finish(now * 1000, isQuiet);
    return {
      log: this.#log,
      first: manifests[0]?.first ?? 0,
      next: last?.next ?? 0,
      signed: last?.next ?? null,
      root: last === undefined ? null : fromBase64(last.root),
      ...counts,
      sessions: life.sessions,
      redactions: 0,
      untrusted: [],
      signers,
      anchor: null,
      open: !isQuiet,
    };
  }
}

function extra({ findings, store }: Verifying, key: string, log?: string): void {
  findings.add('EXTRA', `${store.named(key)} is named by no manifest`, log === undefined ? {} : { log });
}
