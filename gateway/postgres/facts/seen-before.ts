/**
 * Whether something was met before, nearly: keeps 256 KiB whatever it is asked. What comes once and never again need not be
 * kept by a cache, where it would live just long enough to cost the garbage collector its most.
 */
export class SeenBefore {
  /** The latest hash that fell on each place. */
  readonly #places = new Int32Array(PLACES);

  /** True from the second time on, unless others took its place in between; another text may, rarely, be taken for it. */
  note(key: string): boolean {
    const hash = hashOf(key);
    const place = hash & (PLACES - 1);
    if (this.#places[place] === hash) return true;
    this.#places[place] = hash;
    return false;
  }
}

/** Well above the texts that an application says again and again. */
const PLACES = 1 << 16;

/** The hash of Java's strings: a multiplication a character, and nothing hangs on its strength. */
function hashOf(key: string): number {
  let hash = 0;
  for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return hash;
}
