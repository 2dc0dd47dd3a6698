/**
 * A store of many gateways read without an index: manifests tell what there is, the newest of it is fetched, folded and followed, and
 * what is older or elsewhere when it is asked for. All that is on hand lies in a folder of volumes that any reader of archives opens.
 */
import { join } from 'node:path';
import type { StoreStatus } from '../../../shared/api/store.ts';
import { EVERYTHING, type Filter } from '../../../shared/filter/filter.ts';
import type { ShippedBundle } from '../../../shared/remote/manifest.ts';
import { ArchiveError, type FactsOf } from '../../archive/archive.ts';
import { shippedLogs } from '../bundles.ts';
import { NO_KEYS, type KeySource } from '../keys/key-source.ts';
import type { ObjectStore } from '../object-store.ts';
import { LocalLog } from './local-log.ts';
import { LocalVolumes } from './local-volumes.ts';
import { ManifestShelf } from './manifest-shelf.ts';
import { mayHoldMatch, mayMatchUpTo } from './narrow.ts';
import type { BundleSource } from './raw-bundle.ts';
import { readState, writeState } from './state-file.ts';
import { forgetWhatWasUnread, NotingKeys, UnreadSessions } from './unread-sessions.ts';

/** What is fetched when a store is opened first: seconds of a way of 100 Mbit/s. */
const BEGIN = { bytes: 16 << 20, bundles: 24 };

/** Bundles that are folded at once: few at first, so that something is there to be seen, and ever more. */
const FIRST_STEP = { bytes: 4 << 20, bundles: 4 };
const STEP = { bytes: 24 << 20, bundles: 32 };

/** What one wish for more fetches, unless it says otherwise. */
const WISH_BYTES = 128 << 20;

/** Manifests that are read at once on the way back. */
const FURTHER = 64;

/** What is on hand here beyond goes, that which was fetched first. */
const KEPT_BYTES = 4 * 2 ** 30;

export interface DirectOptions {
  readonly store: ObjectStore;
  /** Trusted keys, 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** What opens values that are sealed; absent: nothing. */
  readonly valueKeys?: KeySource;
  /** Where what is on hand of this store lies: nobody else writes there. */
  readonly folder: string;
  readonly factsOf: FactsOf;
  /** The newest manifest of a log that was seen here before, whoever looked, and where that is noted. */
  readonly seen?: Seen;
  /** Bytes that are kept here. */
  readonly kept?: number;
}

export interface Seen {
  get(log: string): { readonly number: number; readonly digest: string } | null;
  remember(log: string, manifest: { readonly number: number; readonly digest: string }): void;
}

/** What is to be fetched: what may match, from the newest back. */
export interface Wish {
  readonly filter: Filter;
  /** Bytes after which it is enough. */
  readonly bytes?: number;
  readonly bundles?: number;
}

export class DirectStore {
  readonly #options: DirectOptions;
  readonly #volumes: LocalVolumes;
  readonly #keys: KeySource;
  readonly #unread: UnreadSessions;
  readonly #logs = new Map<string, LocalLog>();
  #away: string | null = null;
  /** Why the last wish ended early, and what is wrong with what is followed. */
  #failed: string | null = null;
  #wrong: string | null = null;
  #work: StoreStatus['work'] = null;
  #wish: AbortController | null = null;
  readonly #ending = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: DirectOptions) {
    this.#options = options;
    this.#keys = new NotingKeys(options.folder, options.valueKeys ?? NO_KEYS);
    this.#unread = new UnreadSessions(options.folder);
    this.#volumes = new LocalVolumes(join(options.folder, 'volumes'), options.factsOf);
    for (const [log, state] of readState(this.#statePath)) {
      const shelf = this.#shelfOf(log);
      this.#logs.set(log, new LocalLog({ source: this.#source, shelf, volumes: this.#volumes }, state));
    }
  }

  /**
   * Goes on with what is on hand; looks first what the store has, of which {@link begin} fetches the newest. Rejects with ArchiveError: REFUSED where no trusted key signed,
   * UNREACHABLE where the store cannot be asked and nothing of it is here.
   */
  static async open(options: DirectOptions): Promise<DirectStore> {
    await forgetWhatWasUnread(options.folder, options.valueKeys ?? NO_KEYS);
    const direct = new DirectStore(options);
    try {
      await direct.follow();
      if (direct.#away !== null) await direct.#recall();
      return direct;
    } catch (error) {
      await direct.close();
      throw error;
    }
  }

  /** The volumes of what is on hand. */
  get folder(): string {
    return this.#volumes.folder;
  }

  /** Whether the store could not be asked the last time. */
  get isAway(): boolean {
    return this.#away !== null;
  }

  /** How it stands; `filter` is what somebody looks for. */
  status(filter: Filter): StoreStatus {
    const logs = [...this.#logs.values()];
    const shelves = logs.map(({ shelf }) => shelf);
    const bundles = logs.flatMap((log) => [...log.shelf.bundles()].map((bundle) => ({ log, bundle })));
    const missing = bundles.filter(({ log, bundle }) => !log.has(bundle));
    const matching = missing.filter(({ bundle }) => mayHoldMatch(filter, bundle));
    const unread = shelves.filter((shelf) => this.#mayMatchBefore(filter, shelf));
    const leftOut = logs.flatMap((log) => [...log.leftOut.values()]);
    return {
      away: this.#away,
      indexAway: null,
      gateways: [...new Set(shelves.map(({ gateway }) => gateway))].toSorted(),
      bundles: {
        fetched: bundles.length - missing.length,
        known: bundles.length,
        unread: sum(shelves, (shelf) => shelf.unread),
      },
      since: this.#since(logs),
      until: most(bundles.map(({ bundle }) => bundle.to)),
      longSessions: leftOut.filter((why) => why === 'long').length,
      cutSessions: leftOut.filter((why) => why === 'cut').length,
      matching: {
        bundles: matching.length,
        bytes: sum(matching, ({ bundle }) => bundle.bytes),
        unread: sum(unread, (shelf) => shelf.unread),
      },
      work: this.#work,
      failed: this.#wrong ?? this.#failed,
      unread: this.#unreadOf(logs),
    };
  }

  /** Takes what was shipped since; a store that cannot be asked is said in {@link status}. Rejects where what is there is not what was signed. */
  follow(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#watched(async () => {
        const { store } = this.#options;
        for (const log of await shippedLogs(store))
          if (!this.#logs.has(log))
            this.#logs.set(
              log,
              new LocalLog({ source: this.#source, shelf: this.#shelfOf(log), volumes: this.#volumes }),
            );
        for (const log of this.#logs.values()) {
          await log.follow(this.#ending.signal);
          this.#expectSeen(log);
        }
        this.#save();
        this.#save();
      });
    });
  }

  /** Fetches the newest, where nothing was yet, or what was here went. How it goes is told by {@link status}. */
  async begin(): Promise<void> {
    const logs = [...this.#logs.values()];
    const isBegun = logs.some(({ isNew }) => !isNew) && logs.every(({ isDropped }) => !isDropped);
    if (!isBegun && this.#away === null) await this.fetch({ filter: EVERYTHING, ...BEGIN });
  }

  /** Fetches what may match until it is enough; one wish at a time, a new one ends the one before. Rejects as {@link follow}. */
  async fetch(wish: Wish): Promise<void> {
    this.cancel();
    const controller = new AbortController();
    this.#wish = controller;
    const signal = AbortSignal.any([controller.signal, this.#ending.signal]);
    const all = { bytes: wish.bytes ?? WISH_BYTES, bundles: wish.bundles ?? Infinity };
    let [bytes, bundles, step] = [0, 0, FIRST_STEP];
    this.#failed = null;
    this.#tell(controller, { bundles, bytes, most: all.bytes });
    try {
      while (bytes < all.bytes && bundles < all.bundles) {
        const left = {
          bytes: Math.min(STEP.bytes, step.bytes, all.bytes - bytes),
          bundles: Math.min(STEP.bundles, step.bundles, all.bundles - bundles),
        };
        step = { bytes: 2 * step.bytes, bundles: 2 * step.bundles };
        const came = await this.#inTurn(() => this.#reaching(() => this.#fetchStep(wish, left, signal)));
        if (this.#away !== null) throw new ArchiveError('UNREACHABLE', this.#away);
        if (came === undefined || came.bundles === 0) break;
        bytes += came.bytes;
        bundles += came.bundles;
        this.#tell(controller, { bundles, bytes, most: all.bytes });
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#failed = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      if (this.#wish === controller) {
        this.#work = null;
        this.#wish = null;
      }
    }
  }

  /** Ends the fetching that was wished for; what came stays. */
  cancel(): void {
    this.#wish?.abort();
    this.#wish = null;
    this.#work = null;
  }

  /** Fetches one session (hex), whatever lies around it; returns whether it is on hand then. */
  need(session: string): Promise<boolean> {
    return this.#inTurn(async () => {
      let found = false;
      await this.#reaching(async () => {
        for (const log of this.#logs.values())
          if (!found && (await log.need(session, this.#ending.signal))) found = true;
        this.#save();
      });
      return found;
    });
  }

  async close(): Promise<void> {
    this.cancel();
    this.#ending.abort();
    await this.#turn.catch(() => undefined);
    this.#volumes.close();
  }

  /** Of sessions that are on hand. */
  #unreadOf(logs: readonly LocalLog[]): StoreStatus['unread'] {
    const here = [...this.#unread.all].filter(([session]) =>
      logs.some(({ shelf }) => this.#volumes.has(shelf.log, session)),
    );
    const [, why] = here.at(-1) ?? [];
    return why === undefined ? null : { sessions: here.length, why };
  }

  /** The newest bundles that may match and are not here, as many as fit. */
  async #fetchStep(
    { filter }: Wish,
    room: { readonly bytes: number; readonly bundles: number },
    signal: AbortSignal,
  ): Promise<{ readonly bundles: number; readonly bytes: number }> {
    const logs = [...this.#logs.values()];
    let wanted = this.#newest(logs, filter, room);
    while (!wanted.isFull) {
      signal.throwIfAborted();
      const unread = logs.map((log) => log.shelf).filter((shelf) => this.#mayMatchBefore(filter, shelf));
      if (unread.length === 0) break;
      for (const shelf of unread) await shelf.further(FURTHER);
      wanted = this.#newest(logs, filter, room);
    }
    for (const log of logs) {
      const own = wanted.bundles.filter((one) => one.log === log).map(({ bundle }) => bundle);
      if (own.length > 0) await log.take(own.toReversed(), signal);
      this.#save();
    }
    this.#makeRoom();
    return { bundles: wanted.bundles.length, bytes: sum(wanted.bundles, ({ bundle }) => bundle.bytes) };
  }

  #newest(
    logs: readonly LocalLog[],
    filter: Filter,
    room: { readonly bytes: number; readonly bundles: number },
  ) {
    const wanted = logs
      .flatMap((log) => [...log.shelf.backwards()].map((bundle) => ({ log, bundle })))
      .filter(({ log, bundle }) => !log.has(bundle) && mayHoldMatch(filter, bundle))
      .toSorted((a, b) => b.bundle.to - a.bundle.to);
    let bytes = wanted[0]?.bundle.bytes ?? 0;
    const end = wanted.findIndex(
      ({ bundle }, i) => i > 0 && (i >= room.bundles || (bytes += bundle.bytes) > room.bytes),
    );
    return { bundles: end === -1 ? wanted : wanted.slice(0, end), isFull: end !== -1 };
  }

  /** Whether manifests that were not read may name something that matches. */
  #mayMatchBefore(filter: Filter, shelf: ManifestShelf): boolean {
    if (shelf.unread === 0) return false;
    const [oldest] = shelf.bundles();
    return oldest === undefined || mayMatchUpTo(filter, oldest.from);
  }

  /** Since when all of every log is here; of one log whose newest is not here nothing can be said. */
  #since(logs: readonly LocalLog[]): number | null {
    const from = logs.map((log) => {
      const run = [...log.shelf.bundles()].find((bundle: ShippedBundle) => bundle.first >= log.from);
      return run === undefined ? Infinity : log.from === 0 ? -Infinity : run.from;
    });
    const latest = Math.max(...from);
    if (Number.isFinite(latest)) return latest;
    const first = logs.flatMap((log) => [...log.shelf.bundles()].slice(0, 1).map((bundle) => bundle.from));
    return latest === -Infinity && first.length > 0 ? Math.min(...first) : null;
  }

  /** A store that was put back to an older state is found out by whoever looked at it before. */
  #expectSeen({ shelf }: LocalLog): void {
    const { seen, store } = this.#options;
    const known = seen?.get(shelf.log) ?? null;
    const { newest } = shelf;
    if (newest === null) return;
    if (
      known !== null &&
      (newest.number < known.number || (newest.number === known.number && newest.digest !== known.digest))
    )
      throw new ArchiveError(
        'DAMAGED',
        `${store.named('')}, log ${shelf.log}: its newest manifest is ${newest.number}, and ${known.number} was seen here before: it was put back to an older state, or written anew; auditorium verify tells all, and --forget accepts it`,
      );
    seen?.remember(shelf.log, newest);
  }

  async #recall(): Promise<void> {
    const states = [...readState(this.#statePath)];
    let recalled = 0;
    for (const [log, { newest, runs }] of states) {
      const known = this.#logs.get(log);
      if (known === undefined || !(await known.shelf.recall(newest))) continue;
      recalled++;
      const [oldest = 0] = runs[0] ?? [];
      await known.shelf.recallBackTo(oldest);
    }
    if (recalled === 0) throw new ArchiveError('UNREACHABLE', this.#away ?? 'the store does not answer');
  }

  get #source(): BundleSource {
    return { store: this.#options.store, keys: this.#keys };
  }

  #shelfOf(log: string): ManifestShelf {
    const { store, keys, folder } = this.#options;
    return new ManifestShelf({ store, log, keys, folder: join(folder, 'manifests') });
  }

  #makeRoom(): void {
    const lost = this.#volumes.shrink(this.#options.kept ?? KEPT_BYTES);
    for (const log of lost) this.#logs.get(log)?.forget();
    if (lost.length > 0) this.#save();
  }

  #save(): void {
    const begun = [...this.#logs].filter(([, log]) => !log.isNew);
    writeState(this.#statePath, new Map(begun.map(([id, log]) => [id, log.state])));
  }

  get #statePath(): string {
    return join(this.#options.folder, 'state.json');
  }

  #tell(wish: AbortController, work: StoreStatus['work']): void {
    if (this.#wish === wish) this.#work = work;
  }

  /** The same, and what is not as it should be until it is again. */
  async #watched(ask: () => Promise<void>): Promise<void> {
    try {
      await this.#reaching(ask);
      if (this.#wrong !== null && this.#away === null) this.#wrong = null;
    } catch (error) {
      this.#wrong = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  /** Notes that the store cannot be asked, and that it can. */
  async #reaching<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await ask();
      this.#away = null;
      return answer;
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'UNREACHABLE') throw error;
      this.#away = error.message;
      return undefined;
    }
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act, act);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function most(numbers: readonly number[]): number | null {
  return numbers.reduce<number | null>(
    (greatest, number) => (greatest === null ? number : Math.max(greatest, number)),
    null,
  );
}
