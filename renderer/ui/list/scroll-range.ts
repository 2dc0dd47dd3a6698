/**
 * Where a list of any length is scrolled to. Browsers clamp elements at some 16.7 million px: beyond a limit the scroll bar
 * stands for the list on a smaller scale, while wheel, keys and fingers still move by what they say.
 */

/** Tallest element that is made, px: well below every browser's limit, and still thousands of screens. */
const TALLEST = 4_000_000;

/** A scroll event that is no farther than so many views was a finger's or the browser's own; the bar moves in larger steps. */
const NEAR_VIEWS = 1.5;

/** Setting a position comes back rounded to the screen's pixels. */
const ROUNDING = 1.5;

/** Height of the element that stands for rows of `total` px. */
export function drawnHeight(total: number): number {
  return Math.min(total, TALLEST);
}

export class ScrollRange {
  #total = 0;
  #view = 0;
  #top = 0;
  #bar = 0;

  /** px of the list above the view. */
  get top(): number {
    return this.#top;
  }

  /** Where the element is to be scrolled to for {@link top}. */
  get bar(): number {
    return this.#bar;
  }

  /** Whether the bar stands for more than there is room for. */
  get isScaled(): boolean {
    return this.#total > TALLEST;
  }

  /** All rows are `total` px high, of which `view` are seen. */
  resize(total: number, view: number): void {
    if (total === this.#total && view === this.#view) return;
    this.#total = total;
    this.#view = view;
    this.moveTo(this.#top);
  }

  moveTo(top: number): void {
    this.#top = Math.min(this.#end(), Math.max(0, top));
    this.#bar = this.#barOf(this.#top);
  }

  moveBy(distance: number): void {
    this.moveTo(this.#top + distance);
  }

  /** The element was scrolled to `bar`. */
  scrolled(bar: number): void {
    const moved = bar - this.#bar;
    if (!this.isScaled) {
      this.#top = Math.min(this.#end(), Math.max(0, bar));
      this.#bar = bar;
      return;
    }
    if (Math.abs(moved) < ROUNDING) return;
    if (Math.abs(moved) <= this.#view * NEAR_VIEWS) {
      this.#top = Math.min(this.#end(), Math.max(0, this.#top + moved));
      this.#bar = bar;
      return;
    }
    const range = drawnHeight(this.#total) - this.#view;
    this.#top = Math.min(1, Math.max(0, bar / range)) * this.#end();
    this.#bar = bar;
  }

  /** Brings the bar to where it belongs after fingers moved it by as much as the rows. */
  settle(): void {
    this.#bar = this.#barOf(this.#top);
  }

  #end(): number {
    return Math.max(0, this.#total - this.#view);
  }

  #barOf(top: number): number {
    if (!this.isScaled) return top;
    const range = drawnHeight(this.#total) - this.#view;
    return (top / this.#end()) * range;
  }
}
