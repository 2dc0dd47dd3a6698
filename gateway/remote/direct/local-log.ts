/** One log of a store as far as it is on hand: its bundles are fetched, and its sessions gathered whole from wherever they lie. */
import { decodeEvent } from '../../../shared/recording/codec.ts';
import type { Event } from '../../../shared/recording/event.ts';
import type { RawEvent } from '../../archive/sqlite/raw-events.ts';
import type { ShippedBundle } from '../../../shared/remote/manifest.ts';
import { abreast } from './abreast.ts';
import { Coverage } from './coverage.ts';
import { GatheredSessions } from './gathered-sessions.ts';
import type { LocalVolumes } from './local-volumes.ts';
import type { ManifestShelf } from './manifest-shelf.ts';
import { mayHoldSession } from './narrow.ts';
import { partOfBundle, wholeBundle, type BundleSource } from './raw-bundle.ts';
import type { LogState } from './state-file.ts';
import { Withheld } from './withheld.ts';

/** Manifests that are read at once on the way back. */
const FURTHER = 64;

/** A session of more bundles beyond those that were asked for is fetched when it is asked for by itself. */
const LONG_BUNDLES = 200;

/** Manifests that are gone back through, looking for where sessions began: a day and a half. */
const BACK = 2_000;

/** New bundles of no more bytes together are fetched as they come; beyond, sessions on hand are gone on with alone. */
const FOLLOW_BYTES = 32 << 20;

/** Bundles of one step of going on, of which events are in memory. */
const STEP = 16;

const NOTHING: LogState = { runs: [], followed: -1, newest: -1, ends: [], withdrawn: [], leftOut: {} };

export interface LocalLogParts {
  readonly source: BundleSource;
  readonly shelf: ManifestShelf;
  readonly volumes: LocalVolumes;
}

export class LocalLog {
  readonly shelf: ManifestShelf;
  readonly #source: BundleSource;
  readonly #volumes: LocalVolumes;
  #coverage: Coverage;
  #followed: number;
  /** Events by which all sessions ended that were live. */
  #ends: readonly RawEvent[];
  readonly #withheld: Withheld;
  #isDropped = false;
  readonly #leftOut: Map<string, 'long' | 'cut'>;

  constructor({ source, shelf, volumes }: LocalLogParts, state: LogState = NOTHING) {
    this.shelf = shelf;
    this.#source = source;
    this.#volumes = volumes;
    this.#coverage = new Coverage(state.runs);
    this.#followed = state.followed;
    this.#ends = state.ends.map(([event, payloads]) => {
      const bytes = Buffer.from(event, 'base64');
      return { event: decodeEvent(bytes), bytes, payloads: Buffer.from(payloads, 'base64') };
    });
    this.#withheld = new Withheld(state.withdrawn);
    this.#leftOut = new Map(Object.entries(state.leftOut));
  }

  get state(): LogState {
    return {
      runs: this.#coverage.runs,
      followed: this.#followed,
      newest: this.shelf.newest?.number ?? -1,
      ends: this.#ends.map(({ bytes, payloads }) => [base64(bytes), base64(payloads)]),
      withdrawn: this.#withheld.rows,
      leftOut: Object.fromEntries(this.#leftOut),
    };
  }

  /** Nothing was fetched of it yet. */
  get isNew(): boolean {
    return this.#followed < 0;
  }

  /** What was here went, and the newest was not fetched again since. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  has({ first, next }: ShippedBundle): boolean {
    return this.#coverage.has(first, next);
  }

  /** Index of the event from which on all is on hand up to the newest. */
  get from(): number {
    return this.#coverage.reaches(this.shelf.next);
  }

  /** Sessions that could not be shown whole. */
  get leftOut(): ReadonlyMap<string, 'long' | 'cut'> {
    return this.#leftOut;
  }

  /** What is here went: everything is to be fetched anew. */
  forget(): void {
    this.#coverage = new Coverage();
    this.#leftOut.clear();
  }

  /** Goes on with the sessions on hand, and takes what is new where it is not much. Rejects with ArchiveError. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.shelf.refresh();
    if (this.isNew || this.#followed >= this.shelf.next) return;
    while (this.#oldest() > this.#followed && (await this.shelf.further(FURTHER)) > 0)
      signal.throwIfAborted();
    const since = [...this.shelf.bundles()].filter(({ next }) => next > this.#followed);
    const isMuch = since.reduce((sum, { bytes }) => sum + bytes, 0) > FOLLOW_BYTES;
    for (let at = 0; at < since.length; at += STEP) {
      signal.throwIfAborted();
      const step = since.slice(at, at + STEP);
      const events = await this.#newsOf(step, isMuch);
      this.#heed(events);
      await this.#volumes.goOn(
        this.shelf.log,
        events.map((raw) => this.#withheld.kept(raw)),
      );
      this.#followed = step.at(-1)?.next ?? this.#followed;
      if (!isMuch) await this.#gather(step, events, signal);
    }
  }

  /** Takes bundles in, with the whole of the sessions that lie in them. Rejects with ArchiveError. */
  async take(bundles: readonly ShippedBundle[], signal: AbortSignal): Promise<void> {
    if (this.isNew) this.#followed = this.shelf.next;
    this.#isDropped = false;
    const events = await abreast(bundles, (bundle) => wholeBundle(this.#source, bundle), signal);
    await this.#gather(bundles, events.flat(), signal);
  }

  /** Takes one session (hex) in, however long it is; returns whether it is on hand then. Rejects with ArchiveError. */
  async need(id: string, signal: AbortSignal): Promise<boolean> {
    if (this.isNew) this.#followed = this.shelf.next;
    if (this.#volumes.has(this.shelf.log, id)) return true;
    const gathered = await this.#whole([], [], new Set([id]), { signal, most: Infinity });
    await this.#volumes.add(this.shelf.log, gathered);
    return this.#volumes.has(this.shelf.log, id);
  }

  #oldest(): number {
    const [first] = this.shelf.bundles();
    return first?.first ?? 0;
  }

  /** All of some new bundles, or of each what sessions on hand have in it. */
  async #newsOf(bundles: readonly ShippedBundle[], isMuch: boolean): Promise<RawEvent[]> {
    const live = this.#volumes.live(this.shelf.log);
    const wanted = new Set<string | null>([null, ...live]);
    const read = await abreast(bundles, async (bundle) => {
      if (!isMuch) return wholeBundle(this.#source, bundle);
      return live.some((id) => mayHoldSession(bundle, id))
        ? partOfBundle(this.#source, bundle, (session) => wanted.has(session))
        : [];
    });
    return inOrder(read.flat());
  }

  async #gather(
    bundles: readonly ShippedBundle[],
    events: readonly RawEvent[],
    signal: AbortSignal,
  ): Promise<void> {
    const { log } = this.shelf;
    const here = new Set(events.flatMap(({ event }) => (event.session === null ? [] : hex(event.session))));
    const fresh = [...here].filter((id) => !this.#volumes.has(log, id));
    const gathered = await this.#whole(bundles, events, new Set(fresh), { signal, most: LONG_BUNDLES });
    await this.#volumes.add(this.shelf.log, gathered);
    for (const { first, next } of bundles) this.#coverage.add(first, next);
  }

  /** All events of some sessions up to where the log was followed, those of `bundles` being there, and what is the log's own. */
  async #whole(
    bundles: readonly ShippedBundle[],
    events: readonly RawEvent[],
    wanted: ReadonlySet<string>,
    { signal, most }: { readonly signal: AbortSignal; readonly most: number },
  ): Promise<RawEvent[]> {
    this.#heed(events);
    this.#noteEnds(events);
    if (wanted.size === 0) return this.#withOwn([], events);
    const found = new GatheredSessions(wanted);
    found.take(events);
    const visited = new Set(bundles.map(({ key }) => key));
    let asked = [...wanted];
    for (let gone = 0; asked.length > 0; gone += FURTHER) {
      const others = [...this.shelf.bundles()].filter(
        ({ key, first }) => !visited.has(key) && first < this.#followed,
      );
      for (const { key } of others) visited.add(key);
      this.#leaveLong(found, asked, others, most);
      const places = others.filter((bundle) => found.ids().some((id) => mayHoldSession(bundle, id)));
      const isWanted = (session: string | null) => session === null || found.has(session);
      const read = (bundle: ShippedBundle) => partOfBundle(this.#source, bundle, isWanted);
      const parts = (await abreast(places, read, signal)).flat();
      this.#heed(parts);
      this.#noteEnds(parts);
      found.take(parts);
      asked = found.beginningless();
      if (gone >= BACK || this.shelf.unread === 0) break;
      if (asked.length > 0) await this.shelf.further(FURTHER);
    }
    for (const id of found.cut()) this.#leave(found, id, this.shelf.unread > 0 ? 'long' : 'cut');
    for (const id of found.ids()) this.#leftOut.delete(id);
    return this.#withOwn([...found.events()], events);
  }

  /** With what is the log's own, and all that ended sessions which are among these. */
  #withOwn(sessions: readonly RawEvent[], events: readonly RawEvent[]): RawEvent[] {
    const own = events.filter(({ event }) => event.session === null);
    const known = new Set(own.map(({ event }) => event.index));
    const first = sessions.reduce((least, { event }) => Math.min(least, event.index), Infinity);
    const ends = this.#ends.filter(({ event: { index } }) => index > first && !known.has(index));
    return inOrder([...sessions, ...own, ...ends]).map((raw) => this.#withheld.kept(raw));
  }

  /** A session that lies in many bundles is fetched when it is asked for by itself. */
  #leaveLong(
    found: GatheredSessions,
    ids: readonly string[],
    bundles: readonly ShippedBundle[],
    most: number,
  ): void {
    if (bundles.length <= most) return;
    for (const id of ids)
      if (bundles.filter((bundle) => mayHoldSession(bundle, id)).length > most)
        this.#leave(found, id, 'long');
  }

  #leave(found: GatheredSessions, id: string, why: 'long' | 'cut'): void {
    found.drop(id);
    this.#leftOut.set(id, why);
  }

  /** Values that were taken out are in what was fetched before: that goes, and is fetched anew without them. */
  #heed(events: readonly RawEvent[]): void {
    if (!this.#withheld.note(this.shelf.log, events)) return;
    this.#volumes.drop(this.shelf.log);
    this.forget();
    this.#isDropped = true;
  }

  #noteEnds(events: readonly RawEvent[]): void {
    const known = new Set(this.#ends.map(({ event }) => event.index));
    const ends = events.filter(({ event }) => endsAll(event) && !known.has(event.index));
    if (ends.length > 0) this.#ends = inOrder([...this.#ends, ...ends]);
  }
}

/** With a new run of its gateway all sessions of a log have ended. */
function endsAll({ kind }: Event): boolean {
  return kind === 'logOpened' || kind === 'recovered';
}

function inOrder(events: readonly RawEvent[]): RawEvent[] {
  return events.toSorted((a, b) => a.event.index - b.event.index);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
