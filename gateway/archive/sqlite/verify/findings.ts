/** Collects what a verification finds; the same thing found of events in a row is one finding. */
import { verdictOf, type Finding, type Verdict } from '../../../../shared/recording/verdict.ts';

/** Findings kept; those beyond are counted. An archive in which more is wrong is not told better by more of them. */
export const MOST_FINDINGS = 10_000;

/** Where something was found. */
export type Place = Omit<Finding, 'verdict' | 'message'>;

export class Findings {
  readonly #kept: Finding[] = [];
  /** The latest finding of each kind, for runs. */
  readonly #latest = new Map<string, number>();
  /** Findings beyond {@link MOST_FINDINGS}. */
  #more = 0;
  readonly #counts = new Map<Verdict, number>();

  add(verdict: Verdict, message: string, place: Place = {}): void {
    this.#counts.set(verdict, this.count(verdict) + 1);
    const { event, lastEvent = event } = place;
    const key = `${verdict}\0${message}\0${place.log ?? ''}\0${place.volume ?? ''}`;
    if (event !== undefined && lastEvent !== undefined && this.#extend(key, event, lastEvent)) return;
    if (this.#kept.length >= MOST_FINDINGS) {
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

  /** How many things of this verdict were found, runs counted by their events. */
  count(verdict: Verdict): number {
    return this.#counts.get(verdict) ?? 0;
  }

  /** All of them, in the order in which they were found. */
  all(): readonly Finding[] {
    if (this.#more === 0) return this.#kept;
    const gravest = verdictOf([...this.#counts.keys()].map((verdict) => ({ verdict })));
    return [...this.#kept, { verdict: gravest, message: `${this.#more} more findings are not listed` }];
  }
}
