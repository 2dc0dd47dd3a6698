/**
 * The rows of a list of any length around the place that is looked at: fetched by place or by cursor, one request at a time,
 * so that a bar that is dragged asks for where it is rather than for all it passed. Rows far away are let go.
 *
 * What is new does not move what is read: places stay those of the list as it was counted first, and `news` says how many rows
 * came before it, until somebody takes them in.
 */
import { ApiError } from '../../../shared/api/error.ts';
import type { Page } from '../../../shared/api/page.ts';
import { RowCache } from './row-cache.ts';
import type { RowSource } from './row-source.ts';

/** Rows one request fetches. */
export const PAGE_ROWS = 100;

/** Rows that the first request fetches: a screen of them is seen the sooner. */
const FIRST_ROWS = 50;

/** Rows kept around what is looked at: some dozen screens each way. */
const KEPT = 2_000;

/** Rows fetched ahead of what is looked at: about a screen. */
const AHEAD = 40;

/** Places kept for rows of which nobody knows how many there are. */
const PENDING = 12;

/** Pages without a row, one after the other, until somebody says to go on: phrases are looked for page by page. */
const MOST_EMPTY = 25;

/** Requests for one place until it is given up: where logs overlap, a place nearby is told. */
const MOST_TRIES = 6;

/** What of a list is asked for. */
export interface PageAsk {
  readonly at?: number;
  readonly after?: string;
  readonly limit: number;
}

interface RowWindowOptions<T> {
  readonly fetch: (ask: PageAsk) => Promise<Page<T>>;
  readonly idOf: (row: T) => string;
  /** Where new rows stand. */
  readonly grows: 'first' | 'last' | 'anywhere';
}

/** A request, and the place that it is about. */
interface Asked {
  readonly ask: PageAsk;
  readonly place: number;
}

export class RowWindow<T> implements RowSource<T> {
  top = 0;
  jumps = 0;
  readonly #options: RowWindowOptions<T>;
  readonly #listeners = new Set<() => void>();
  readonly #cache: RowCache<T>;
  #version = 0;
  /** How many there are, as told; and where the list was found to end by going there. */
  #total: number | null = null;
  #end: number | null = null;
  /** All before it were met from the start on. */
  #reached = 0;
  #byPlace = true;
  #wanted: readonly [number, number] = [0, 0];
  #look: { readonly take: boolean; readonly view: boolean } | null = null;
  #busy = false;
  #empty = 0;
  #tries = { place: -1, count: 0, slack: 0 };
  #firstId: string | null = null;
  #news = 0;
  #loaded = false;
  #error: Error | null = null;

  constructor(options: RowWindowOptions<T>) {
    this.#options = options;
    this.#cache = new RowCache(options.idOf);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly version = (): number => this.#version;
  readonly rowAt = (place: number): T | undefined => this.#cache.row(place);
  readonly placeOf = (id: string): number => this.#cache.placeOf(id);
  readonly hasAny = (from: number, to: number): boolean => this.#cache.hasAny(from, to);

  get count(): number {
    const known = (this.#byPlace ? this.#total : null) ?? this.#end;
    if (known !== null) return known;
    return this.#reached + (this.#error === null ? PENDING : 0);
  }

  /** How many there are; null where nobody counted. */
  get total(): number | null {
    return this.#total ?? this.#end;
  }

  /** The first page is there, empty or not. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get error(): Error | null {
    return this.#error;
  }

  /** Rows that came before the first since the list was counted. */
  get news(): number {
    return this.#news;
  }

  /** Rows met so far, where nobody knows how many there are; null where they are known. */
  get atLeast(): number | null {
    return this.total === null ? this.#reached : null;
  }

  /** Much was looked at without finding more. */
  get stalled(): boolean {
    return this.#empty >= MOST_EMPTY;
  }

  readonly want = (first: number, last: number): void => {
    if (first !== this.#wanted[0] || last !== this.#wanted[1])
      this.#tries = { place: -1, count: 0, slack: 0 };
    this.#wanted = [first, last];
    void this.#pump();
  };

  /** Whether any row that is looked at is of a kind. */
  someInView(is: (row: T) => boolean): boolean {
    const [first, last] = this.#wanted;
    for (let place = first; place <= last; place++) {
      const row = this.#cache.row(place);
      if (row !== undefined && is(row)) return true;
    }
    return false;
  }

  /** Asks again after a fault, and looks further where much was looked at. */
  readonly goOn = (): void => {
    this.#empty = 0;
    this.#error = null;
    this.#tries = { place: -1, count: 0, slack: 0 };
    this.#changed();
    void this.#pump();
  };

  /** Others counted how many there are: every place can be gone to. */
  readonly counted = (total: number): void => {
    if (!this.#byPlace || this.#total !== null || this.#end !== null || total < this.#reached) return;
    this.#total = total;
    this.#changed();
  };

  /**
   * Looks for what is new. `take`: it is put into the list, for nobody reads below; else it is told in `news`. `view`: what is
   * looked at may have changed too.
   */
  readonly refresh = (look: { readonly take: boolean; readonly view: boolean }): void => {
    this.#look = {
      take: look.take || this.#look?.take === true,
      view: look.view || this.#look?.view === true,
    };
    void this.#pump();
  };

  /** Takes in what is new, and goes there. */
  readonly takeNews = (): void => {
    this.top = 0;
    this.jumps++;
    this.refresh({ take: true, view: false });
    this.#changed();
  };

  async #pump(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (await this.#step());
    } finally {
      this.#busy = false;
    }
  }

  /** One request; false when there is nothing to ask. */
  async #step(): Promise<boolean> {
    if (this.#look !== null && this.#loaded) {
      const look = this.#look;
      this.#look = null;
      await this.#lookAgain(look);
      return true;
    }
    const next = this.#error === null && !this.stalled ? this.#next() : null;
    if (next === null) return false;
    try {
      this.#take(next, await this.#options.fetch(next.ask));
    } catch (error) {
      // A place that cannot be gone to is reached by its neighbours, from the start on.
      const isNoPlace =
        error instanceof ApiError && error.code === 'BAD_REQUEST' && next.ask.at !== undefined;
      if (isNoPlace) this.#leavePlaces();
      else this.#error = error instanceof Error ? error : new Error(String(error));
    }
    this.#changed();
    return true;
  }

  #leavePlaces(): void {
    this.#byPlace = false;
    const [first, last] = this.#wanted;
    this.#wanted = [Math.max(0, this.#reached - (last - first)), this.#reached];
  }

  /** What is missing of what is looked at, first, then of what is around it. */
  #next(): Asked | null {
    if (!this.#loaded) return { ask: { limit: FIRST_ROWS }, place: 0 };
    const end = this.count;
    const [first, last] = [Math.min(this.#wanted[0], end), Math.min(this.#wanted[1] + 1, end)];
    const gap =
      this.#cache.gap(first, last) ??
      this.#cache.gap(last, Math.min(end, last + AHEAD)) ??
      this.#cache.gap(Math.max(0, first - AHEAD), first);
    if (gap === null) return null;
    return this.#byPlace && this.#total !== null ? this.#byNumber(gap) : this.#byCursor(gap[0], Infinity);
  }

  /** From a cursor, or the start. */
  #byCursor(place: number, reach: number): Asked | null {
    const from = this.#cache.cursorBefore(Math.min(place, this.#reached), reach);
    if (from === null) return reach === Infinity ? { ask: { limit: PAGE_ROWS }, place: 0 } : null;
    return { ask: { after: this.#cache.cursor(from) ?? '', limit: PAGE_ROWS }, place: from };
  }

  #byNumber([from, to]: readonly [number, number]): Asked | null {
    if (from !== this.#tries.place) this.#tries = { place: from, count: 0, slack: 0 };
    if (++this.#tries.count > MOST_TRIES) return null;
    // Once a place nearby was told, cursors lead on from it.
    const reach = this.#tries.count > 1 ? 3 * PAGE_ROWS : 0;
    const before = this.#cache.cursorBefore(from, reach);
    if (before !== null)
      return { ask: { after: this.#cache.cursor(before) ?? '', limit: PAGE_ROWS }, place: before };
    const upwards = this.#cache.row(to) !== undefined && this.#cache.row(from - 1) === undefined;
    // One request for all of it, where nothing around is here.
    const lead = this.#cache.row(from - 1) === undefined && to - from + 2 * AHEAD <= PAGE_ROWS ? AHEAD : 0;
    const start = upwards ? Math.max(from, to - PAGE_ROWS) : from - lead;
    const place = Math.max(0, start - this.#tries.slack);
    return { ask: { at: place + this.#news, limit: PAGE_ROWS }, place };
  }

  #take({ ask, place }: Asked, page: Page<T>): void {
    if (!this.#loaded) this.#total = page.total ?? (page.next === null ? page.items.length : null);
    this.#loaded = true;
    this.#tell(page);
    const at = ask.at === undefined ? place : (page.offset ?? ask.at) - this.#news;
    this.#tries.slack = Math.max(this.#tries.slack, at - place);
    this.#put(at, page);
    if (page.items.length === 0 && page.next !== null) this.#empty++;
    else this.#empty = 0;
    const center = Math.round((this.#wanted[0] + this.#wanted[1]) / 2);
    if (this.#cache.size > KEPT)
      this.#cache.keepAround(center, KEPT / 2, !this.#byPlace || this.#total === null);
  }

  #put(at: number, page: Page<T>): void {
    const skipped = Math.max(0, -at);
    const place = at + skipped;
    this.#cache.put(place, page.items.slice(skipped));
    const end = at + page.items.length;
    if (page.next !== null) this.#cache.setCursor(end, page.next);
    if (place <= this.#reached) {
      this.#reached = Math.max(this.#reached, end);
      if (page.next === null && this.#total === null) this.#end = this.#reached;
    }
    const first = place === 0 ? page.items[skipped] : undefined;
    if (first !== undefined) this.#firstId = this.#options.idOf(first);
  }

  /** Of a list that grows at its start, whoever counts it tells how many are new. */
  #tell({ total }: Page<T>): void {
    if (this.#options.grows === 'first' && total !== null && this.#total !== null)
      this.#news = Math.max(0, total - this.#total);
  }

  async #lookAgain({ take, view }: { readonly take: boolean; readonly view: boolean }): Promise<void> {
    try {
      const fresh = await this.#options.fetch({ limit: PAGE_ROWS });
      if (view) await this.#renewView();
      this.#cache.renew(fresh.items);
      if (this.#options.grows === 'last') this.#growBehind(fresh);
      else if (take) this.#takeIn(fresh);
      else this.#news = this.#newIn(fresh);
      this.#error = null;
    } catch {
      // The live stream says that the host is away, and what comes after asks again.
    }
    this.#changed();
  }

  async #renewView(): Promise<void> {
    const [first] = this.#wanted;
    if (first < PAGE_ROWS / 2) return;
    const asked =
      this.#byPlace && this.#total !== null
        ? { ask: { at: first + this.#news, limit: PAGE_ROWS }, place: first }
        : this.#byCursor(first, PAGE_ROWS);
    if (asked !== null) this.#cache.renew((await this.#options.fetch(asked.ask)).items);
  }

  #growBehind(fresh: Page<T>): void {
    this.#total = fresh.total;
    this.#end = null;
  }

  /** How many stand before what was the first. */
  #newIn(fresh: Page<T>): number {
    if (fresh.total !== null && this.#total !== null) return Math.max(0, fresh.total - this.#total);
    if (this.#options.grows === 'anywhere') return 0;
    const place = fresh.items.findIndex((row) => this.#options.idOf(row) === this.#firstId);
    return place === -1 ? fresh.items.length : place;
  }

  #takeIn(fresh: Page<T>): void {
    const by = this.#newIn(fresh);
    this.#total = fresh.total ?? (this.#total === null ? null : this.#total + by);
    this.#news = 0;
    if (this.#options.grows === 'anywhere' || by >= fresh.items.length) {
      this.#cache.clear();
      [this.#reached, this.#end] = [0, null];
    } else {
      this.#cache.shift(by);
      this.#reached += by;
      if (this.#end !== null) this.#end += by;
    }
    this.#put(0, fresh);
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}
