/** How long the oldest event that the archive lacks has been waiting. */

/** Positions are noted this far apart at first, ms: finer than a person or a scrape looks. */
const STEP_MS = 250;

/** When this many are noted every second one is dropped, and further ones are half as many: days cost no memory. */
const MAX_NOTES = 512;

interface Note {
  readonly position: number;
  /** When the spool had come this far, ms of `performance.now`. */
  readonly time: number;
}

export class ShipperLag {
  #notes: Note[] = [];
  #step = STEP_MS;
  #shipped = 0;

  /** The spool has come to `position`. */
  written(position: number, now = performance.now()): void {
    const last = this.#notes.at(-1);
    if (position <= this.#shipped || (last !== undefined && now - last.time < this.#step)) return;
    if (last !== undefined && last.position >= position) return;
    if (this.#notes.length === MAX_NOTES) {
      this.#notes = this.#notes.filter((_, index) => index % 2 === 0);
      this.#step *= 2;
    }
    this.#notes.push({ position, time: now });
  }

  /** The archive has come to `position`. */
  shipped(position: number): void {
    this.#shipped = position;
    const left = this.#notes.findIndex((note) => note.position > position);
    this.#notes.splice(0, left < 0 ? this.#notes.length : left);
    if (left < 0) this.#step = STEP_MS;
  }

  /** In seconds; 0 when the archive has everything, as far as noted. */
  seconds(now = performance.now()): number {
    const [oldest] = this.#notes;
    return oldest === undefined ? 0 : (now - oldest.time) / 1000;
  }
}
