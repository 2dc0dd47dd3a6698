/** Which events of a volume, or a bundle, can be shown: of each session those up to the first that is missing or not what was signed. */
import type { CutSession } from '../../../../shared/api/foreign.ts';
import type { Event, EventKind } from '../../../../shared/recording/event.ts';

export class WholeSessions {
  readonly #isBad: (index: number) => boolean;
  /** The sequence that comes next; null where it is not known, as events before it lie in an earlier volume; CUT once one is missing. */
  readonly #next: Map<string, number | null>;

  readonly #mayGoOn: boolean;
  /** Of sessions that have not ended, the index of the latest event that can be shown. */
  readonly #latest = new Map<string, number>();
  readonly #cut: Omit<CutSession, 'log'>[] = [];

  /** `carried`: sessions that go on from an earlier volume, hex; `mayGoOn`: so may others, of which nothing is known. */
  constructor(
    isBad: (index: number) => boolean,
    { carried, mayGoOn }: { readonly carried: Iterable<string>; readonly mayGoOn: boolean },
  ) {
    this.#isBad = isBad;
    this.#mayGoOn = mayGoOn;
    this.#next = new Map([...carried].map((id) => [id, null]));
  }

  /** Whether the event, which comes next in its log, can be shown. */
  takes(event: Event): boolean {
    const bad = this.#isBad(event.index);
    if (event.session === null) return !bad;
    const id = Buffer.from(event.session).toString('hex');
    const next = this.#next.get(id);
    const follows =
      next === undefined
        ? event.sequence === 0
          ? event.kind === 'sessionOpened'
          : this.#mayGoOn
        : next === null || next === event.sequence;
    const taken = follows && !bad;
    if (taken) this.#latest.set(id, event.index);
    else if (this.#latest.delete(id))
      this.#cutAt(id, typeof next === 'number' ? next : event.sequence, event);
    if (event.kind === CLOSED) this.#latest.delete(id);
    this.#next.set(id, taken && event.kind !== CLOSED ? event.sequence + 1 : CUT);
    return taken;
  }

  /** Sessions of which a part can be shown; `lastBad` is the last event of the log (hex) that cannot, which open ones may have had. */
  cut(log: string, lastBad: number): readonly CutSession[] {
    const open = [...this.#latest].filter(([, index]) => index < lastBad);
    const torn = open.map(([session, index]) => ({
      session,
      sequence: this.#next.get(session) ?? 0,
      event: index + 1,
    }));
    return [...this.#cut, ...torn].map(({ session, sequence, event }) => ({ session, sequence, event, log }));
  }

  #cutAt(session: string, sequence: number, { index }: Event): void {
    this.#cut.push({ session, sequence, event: index });
  }
}

const CLOSED = 'sessionClosed' satisfies EventKind;

/** No event has it. */
const CUT = -1;
