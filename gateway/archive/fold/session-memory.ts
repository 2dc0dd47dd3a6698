/**
 * Which events of a session are needed to go on with it: where its volume ends and the next begins, and where its writer is
 * opened again. They are few: who it is, the texts that names stand for, and the statements whose fate is open.
 */
import type { Event, EventFields, EventKind, EventOf } from '../../../shared/recording/event.ts';

/**
 * Which events are kept: those said once or a few times and true to the end; those of which the latest counts; what is known of
 * a statement beside its rows.
 */
const KEPT: { readonly [K in EventKind]?: 'identifying' | 'latest' | 'statement' } = {
  sessionOpened: 'identifying',
  identity: 'identifying',
  ciContext: 'identifying',
  ciMismatch: 'identifying',
  connected: 'identifying',
  startupSettings: 'identifying',
  imported: 'identifying',
  policyApplied: 'latest',
  assurance: 'latest',
  statement: 'statement',
  functionCall: 'statement',
  decision: 'statement',
  hold: 'statement',
  vote: 'statement',
  holdEnded: 'statement',
  valuesMasked: 'statement',
  runs: 'statement',
  columnsMasked: 'statement',
  detected: 'statement',
  withheld: 'statement',
  outcome: 'statement',
};

/** Names of one kind that are kept: a session may give any number and take none back in a way that is recorded. */
const MOST_NAMES = 2_000;

/** Events kept of the statements of one transaction; beyond, those that ended stay what they are in the volume they are in. */
const MOST_UNSETTLED = 4_000;

/** An event of a statement, by sequence. */
interface Unsettled {
  readonly sequence: number;
  readonly statement: number;
  /** Events that hold the text or the parameters that it uses. */
  readonly uses: readonly number[];
}

const NOTHING: readonly number[] = [];

export class SessionMemory {
  readonly #identifying: number[] = [];
  readonly #latest = new Map<EventKind, number>();
  readonly #statements = new Names();
  readonly #portals = new Names();
  /** Cursors of SQL, which may outlive their transaction (WITH HOLD). */
  readonly #cursors = new Names();
  #unsettled: Unsettled[] = [];
  readonly #ended = new Set<number>();
  #imported = false;

  /** Takes the session's next event; of a statement whose fate is not `open` any more only the text may be of use. */
  note(event: Event, open = true): void {
    const { kind, sequence } = event;
    if (kind === 'imported') this.#imported = true;
    if (event.kind === 'statement' && !open) return this.#givesNames(event);
    switch (KEPT[kind]) {
      case 'statement':
        return this.#ofStatement(event);
      case 'identifying':
        this.#identifying.push(sequence);
        return;
      case 'latest':
        this.#latest.set(kind, sequence);
        return;
      default:
        return this.#ofNames(event);
    }
  }

  /** Sequences of the events to go on with, ascending, and whether they are of a statement whose fate is open. */
  kept(): ReadonlyMap<number, boolean> {
    const context = [
      ...this.#identifying,
      ...this.#latest.values(),
      ...this.#statements.sequences(),
      ...this.#portals.sequences(),
      ...this.#cursors.sequences(),
      ...this.#unsettled.flatMap(({ uses }) => uses),
    ];
    const kept = new Map(context.map((sequence) => [sequence, false]));
    for (const { sequence } of this.#unsettled) kept.set(sequence, true);
    return new Map([...kept].toSorted(([a], [b]) => a - b));
  }

  /** Numbers of the statements whose fate is open. */
  unsettled(): ReadonlySet<number> {
    return new Set(this.#unsettled.map(({ statement }) => statement));
  }

  #ofStatement(event: Event): void {
    const { statement } = event.fields as { readonly statement: number };
    switch (event.kind) {
      case 'statement': {
        const { parsedAt, boundAt } = event.fields;
        this.#keep(event.sequence, statement, [parsedAt, boundAt]);
        return this.#givesNames(event);
      }
      case 'runs':
        return this.#keep(event.sequence, statement, [event.fields.at]);
      case 'outcome':
        this.#keep(event.sequence, statement);
        this.#ended.add(statement);
        // The source of an import tells of no ReadyForQuery, and every statement of it holds what it uses.
        if (this.#imported) this.#forgetEnded();
        else if (event.fields.transaction !== null) this.#ready(event.fields.transaction);
        return;
      default:
        return this.#keep(event.sequence, statement);
    }
  }

  #givesNames({ sequence, fields: { name, portal, text, parsedAt, boundAt } }: EventOf<'statement'>): void {
    if (this.#imported) return;
    if (text !== null && name !== null) this.#statements.give(name, sequence);
    if (portal !== null && boundAt === null)
      this.#portals.give(portal, sequence, ...(parsedAt === null ? [] : [parsedAt]));
  }

  #ofNames(event: Event): void {
    switch (event.kind) {
      case 'parse':
        return this.#statements.give(event.fields.name, event.sequence);
      case 'bind': {
        const { portal, parsedAt } = event.fields;
        return this.#portals.give(portal, event.sequence, ...(parsedAt === null ? [] : [parsedAt]));
      }
      case 'prepared':
        return (event.fields.target === 'P' ? this.#cursors : this.#statements).give(
          event.fields.name,
          event.sequence,
        );
      case 'close':
        return this.#close(event.fields);
      case 'ready':
        return this.#ready(event.fields.transaction, event.sequence);
      case 'transactionEnded':
        return this.#ofLatest(event.sequence);
      default:
    }
  }

  #close({ target, name }: EventFields<'close'>): void {
    if (target === 'S') return this.#statements.take(name);
    this.#portals.take(name);
    this.#cursors.take(name);
  }

  #keep(sequence: number, statement: number, at: readonly (number | null)[] = NOTHING): void {
    const uses = at.length === 0 ? NOTHING : at.filter((used) => used !== null);
    this.#unsettled.push({ sequence, statement, uses });
    if (this.#unsettled.length < MOST_UNSETTLED) return;
    this.#forgetEnded();
    if (this.#unsettled.length >= MOST_UNSETTLED) this.#unsettled.splice(0, MOST_UNSETTLED / 2);
  }

  /** ReadyForQuery: outside a transaction nothing can become of what ended but what did. `sequence`: of the event, where it is one. */
  #ready(transaction: string, sequence: number | null = null): void {
    if (transaction === 'I') {
      this.#portals.clear();
      this.#forgetEnded();
    } else if (sequence !== null) this.#ofLatest(sequence);
  }

  /** What is about every statement before it is kept with any of them. */
  #ofLatest(sequence: number): void {
    const last = this.#unsettled.at(-1);
    if (last !== undefined) this.#keep(sequence, last.statement);
  }

  #forgetEnded(): void {
    if (this.#ended.size === 0) return;
    const isOpen = ({ statement }: Unsettled) => !this.#ended.has(statement);
    // Nearly always nothing is left.
    if (this.#unsettled.some(isOpen)) this.#unsettled = this.#unsettled.filter(isOpen);
    else this.#unsettled.length = 0;
    this.#ended.clear();
  }
}

/** What names of one kind stand for: the events that may have given them. */
class Names {
  readonly #given = new Map<string, readonly number[]>();

  /** A name is asked for. Where it was taken already the server may refuse, and the first stays what it stands for. */
  give(name: string, ...sequences: readonly number[]): void {
    const [first] = name === '' ? NOTHING : (this.#given.get(name) ?? NOTHING);
    this.#given.delete(name);
    this.#given.set(name, first === undefined ? sequences : [first, ...sequences]);
    if (this.#given.size <= MOST_NAMES) return;
    const oldest = this.#given.keys().next();
    if (!oldest.done) this.#given.delete(oldest.value);
  }

  take(name: string): void {
    this.#given.delete(name);
  }

  clear(): void {
    this.#given.clear();
  }

  sequences(): number[] {
    return [...this.#given.values()].flat();
  }
}
