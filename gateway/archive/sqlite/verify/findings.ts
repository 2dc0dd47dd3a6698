/** Collects what a verification finds; the same thing found of events in a row is one finding. */
import type { Finding, Verdict } from '../../../../shared/recording/verdict.ts';

/** Findings kept; those beyond are counted. An archive in which more is wrong is not told better by more of them. */
const MOST = 10_000;

/** Where something was found. */
export type Place = Omit<Finding, 'verdict' | 'message'>;

export class Findings {
  readonly #kept: Finding[] = [];
  /** The latest finding of each kind, for runs. */
  readonly #latest = new Map<string, number>();
  /** Findings beyond {@link MOST}, and the gravest of them. */
  #more = 0;
  readonly #verdicts = new Set<Verdict>();

  add(verdict: Verdict, message: string, place: Place = {}): void {
    this.#verdicts.add(verdict);
    const { event, lastEvent = event } = place;
    const key = `${verdict}\0${message}\0${place.log ?? ''}\0${place.volume ?? ''}`;
    if (event !== undefined && lastEvent !== undefined && this.#extend(key, event, lastEvent)) return;
    if (this.#kept.length >= MOST) {
      this.#more++;
      return;
    }
    this.#latest.set(key, this.#kept.length);
    const { lastEvent: _, ...rest } = place;
    this.#kept.push({
      verdict,
      message,
      ...rest,
      ...(lastEvent === undefined || lastEvent === event ? {} : { lastEvent }),
    });
  }

  /** Lets the latest finding of the kind go on to these events, if they touch. */
  #extend(key: string, event: number, lastEvent: number): boolean {
    const at = this.#latest.get(key);
    const latest = at === undefined ? undefined : this.#kept[at];
    if (at === undefined || latest?.event === undefined) return false;
    const end = latest.lastEvent ?? latest.event;
    if (event < latest.event || event > end + 1) return false;
    if (lastEvent > end) this.#kept[at] = { ...latest, lastEvent };
    return true;
  }

  /** Whether something of this verdict was found. */
  has(verdict: Verdict): boolean {
    return this.#verdicts.has(verdict);
  }

  /** All of them, in the order in which they were found. */
  all(): readonly Finding[] {
    if (this.#more === 0) return this.#kept;
    const [gravest = 'CORRUPT'] = this.#verdicts;
    return [...this.#kept, { verdict: gravest, message: `${this.#more} more findings are not listed` }];
  }
}
