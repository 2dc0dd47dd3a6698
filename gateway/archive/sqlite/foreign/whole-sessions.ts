/** Which events of a volume, or a bundle, can be shown: of each session those up to the first that is missing or not what was signed. */
import type { Event, EventKind } from '../../../../shared/recording/event.ts';

export class WholeSessions {
  readonly #isBad: (index: number) => boolean;
  /** The sequence that comes next; null where it is not known, as events before it lie in an earlier volume; CUT once one is missing. */
  readonly #next: Map<string, number | null>;

  readonly #mayGoOn: boolean;

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
    this.#next.set(id, taken && event.kind !== CLOSED ? event.sequence + 1 : CUT);
    return taken;
  }
}

const CLOSED = 'sessionClosed' satisfies EventKind;

/** No event has it. */
const CUT = -1;
