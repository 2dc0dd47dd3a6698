/**
 * The view of a list: the element that scrolls, and the place in the list that is drawn in it. Rows are drawn on a layer that
 * stays in view, so nothing is ever scrolled into sight before it is drawn; where nothing of a place is here yet, the old one
 * stays for a moment rather than flash.
 */
import { ScrollRange } from './scroll-range.ts';

/** How long what was drawn stays while rows are on their way, ms. */
const PATIENCE_MS = 150;

/** A bar that is dragged rests nowhere so long, ms: what it passes is not asked for, which would take the time to draw frames. */
const REST_MS = 40;

/** After so long without a movement fingers have left the screen, ms. */
const SETTLED_MS = 150;

/** Of a wheel that counts lines, px. */
const LINE = 24;

/** What is asked about the rows of a place, px of the list above it. */
export interface RowsThere {
  /** Whether anything of it can be drawn. */
  readonly isReady: (top: number) => boolean;
  /** The view is going there, and nothing of it can be drawn yet. */
  readonly want: (top: number) => void;
}

export class ScrollView {
  readonly #range = new ScrollRange();
  readonly #listeners = new Set<() => void>();
  readonly #later: (run: () => void, ms: number) => () => void;
  #element: HTMLElement | null = null;
  /** Where the element is, as far as is known: to ask it would make the browser lay out what was just drawn. */
  #bar = 0;
  #rows: RowsThere = { isReady: () => true, want: () => {} };
  #shown = 0;
  #cancelWait: (() => void) | null = null;
  #cancelAsk: (() => void) | null = null;
  #cancelSettle: (() => void) | null = null;

  /** `later` runs something after some ms, and returns how to call it off. */
  constructor(later: (run: () => void, ms: number) => () => void) {
    this.#later = later;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** px of the list above what is drawn. */
  readonly shown = (): number => this.#shown;

  /** px of the list above where one is: what is drawn follows. */
  get top(): number {
    return this.#range.top;
  }

  /** Listens to an element that scrolls; returns how to stop. */
  attach(element: HTMLElement): () => void {
    this.#element = element;
    this.#bar = element.scrollTop;
    const stop = new AbortController();
    const { signal } = stop;
    element.addEventListener('scroll', () => this.#onScroll(element.scrollTop), { signal, passive: true });
    element.addEventListener('wheel', (event) => this.#onWheel(event), { signal, passive: false });
    return () => {
      stop.abort();
      this.#cancelWait?.();
      this.#cancelAsk?.();
      this.#cancelSettle?.();
      [this.#cancelWait, this.#cancelAsk, this.#cancelSettle, this.#element] = [null, null, null, null];
    };
  }

  /** Rows are `total` px high, `view` of them are seen. */
  fit(total: number, view: number, rows: RowsThere): void {
    this.#rows = rows;
    this.#range.resize(total, view);
    this.#write();
    this.#draw();
  }

  moveTo(top: number): void {
    this.#range.moveTo(top);
    this.#write();
    this.#draw();
  }

  #onScroll(bar: number): void {
    this.#bar = bar;
    this.#range.scrolled(bar);
    if (this.#range.isScaled) {
      this.#cancelSettle?.();
      this.#cancelSettle = this.#later(() => {
        this.#range.settle();
        this.#write();
      }, SETTLED_MS);
    }
    this.#draw();
  }

  /** Where the bar is on a smaller scale, the browser would move by too much. */
  #onWheel(event: WheelEvent): void {
    if (!this.#range.isScaled || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? LINE
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? 10 * LINE
          : 1;
    if (event.deltaX !== 0) this.#element?.scrollBy(event.deltaX * unit, 0);
    this.#range.moveBy(event.deltaY * unit);
    this.#write();
    this.#draw();
  }

  #write(): void {
    if (this.#element === null || Math.abs(this.#bar - this.#range.bar) < 1) return;
    this.#bar = this.#range.bar;
    this.#element.scrollTop = this.#bar;
  }

  #draw(): void {
    const { top } = this.#range;
    if (top === this.#shown) return;
    this.#cancelAsk?.();
    this.#cancelAsk = null;
    if (this.#rows.isReady(top)) {
      this.#cancelWait?.();
      this.#cancelWait = null;
      this.#show(top);
      return;
    }
    this.#cancelAsk = this.#later(() => {
      this.#cancelAsk = null;
      this.#rows.want(this.#range.top);
    }, REST_MS);
    this.#cancelWait ??= this.#later(() => {
      this.#cancelWait = null;
      this.#show(this.#range.top);
    }, PATIENCE_MS);
  }

  #show(top: number): void {
    this.#shown = top;
    for (const listener of this.#listeners) listener();
  }
}
