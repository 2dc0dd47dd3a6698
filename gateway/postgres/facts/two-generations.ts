/** A cache that forgets what was not used lately: two maps, of which the older is dropped when the younger is full. */
export class TwoGenerations<V> {
  readonly #most: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #weight = 0;

  /** `most`: characters of keys in each of the two. */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    const found = this.#young.get(key);
    if (found !== undefined) return found;
    const aged = this.#old.get(key);
    if (aged !== undefined) this.set(key, aged);
    return aged;
  }

  set(key: string, value: V): void {
    if (this.#weight + key.length > this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#young.set(key, value);
    this.#weight += key.length;
  }
}
