/**
 * The one table of prepared statements and portals, whose names protocol and SQL share. A name stands for something new only
 * once the server has said so: what was asked for waits behind it in the order it was sent, and is confirmed by its answer
 * or dropped by the error before it (PostgreSQL manual §54.2.3 "Extended Query").
 *
 * Within a group, what was sent up to a Sync or with one Query, later messages may rely on earlier ones: if one of them fails,
 * the server discards the rest. Across groups they may not: while a name waits for an answer to an earlier group, nobody
 * knows what it stands for, and what uses it must wait as well.
 */
import type { Judgement } from './judgement.ts';
import type { SqlCommand } from './sql-command.ts';

/** `S`: a prepared statement, `P`: a portal, as in Describe and Close. */
export type Target = 'S' | 'P';

/** Bytes of a name that count (NAMEDATALEN − 1): the server's tables compare no more. */
const NAME_BYTES = 63;

/** UTF-16 units that are never more than {@link NAME_BYTES} of UTF-8. */
const SHORT_NAME = 21;

/** Names given by messages that the server is discarding, kept until Sync for those that use them in turn. */
const MAX_SKIPPED = 1000;

/** What a name stands for. Whoever waits for an answer holds on to this and not to the name, which may be given anew. */
export interface Named {
  /** Sequence of the event that holds the text (of a statement) or the Bind (of a portal); -1 until it is recorded. */
  at: number;
  /** Number of the first Execute that uses it, whose failure an error of its Parse or Bind is; 0: none yet. */
  statement: number;
  /** Of a portal: its statement, null when there is none of that name. */
  readonly prepared: Named | null;
  /** The event whose payload holds its RowDescription, and how many columns that has; -1: nobody described it. */
  describedAt: number | null;
  columns: number;
  /** Of a statement: what it does with names and transactions, null for most. */
  readonly command: SqlCommand | null;
  /** Of a statement: its text, kept where policy has to judge it each time it runs; else null. */
  readonly source: Buffer | null;
  /** Type OIDs of the parameters as declared with it. */
  readonly types: readonly number[];
  /** Of a portal: what policy made of it. */
  judgement: Judgement | null;
  /** Of a portal: it is described, or will be by what was sent. */
  described: boolean;
  /** Of a portal: it outlives its transaction (WITH HOLD). */
  readonly held: boolean;
  /** Not something new but the end of what the name stood for. */
  readonly removes: boolean;
  readonly group: number;
  readonly slot: Slot;
}

/** What a name is to stand for, beside {@link Named.group} and its like, which the table knows. */
export interface Naming {
  readonly at: number;
  readonly prepared: Named | null;
  readonly command: SqlCommand | null;
  readonly held: boolean;
  readonly source: Buffer | null;
  readonly types: readonly number[];
}

/** Of what has no parameters declared. */
export const NO_TYPES: readonly number[] = [];

/** A name. */
interface Slot {
  readonly target: Target;
  readonly name: string;
  live: Named | null;
  /** Sent and not answered yet, in order. */
  readonly pending: Named[];
}

export class Symbols {
  readonly #statements = new Map<string, Slot>();
  readonly #portals = new Map<string, Slot>();
  /** The unnamed ones have their places: they are what most messages are about. */
  readonly #statement: Slot = { target: 'S', name: '', live: null, pending: [] };
  readonly #portal: Slot = { target: 'P', name: '', live: null, pending: [] };
  readonly #skipped: Named[] = [];
  #group = 0;
  /** Queries sent and not answered: what they do to names is known when they are. */
  openQueries = 0;
  /** Whether texts are kept with the names that stand for them, and how the record may hold those that SQL prepares. */
  keepsTexts = false;
  recorded: (text: Buffer) => Buffer = (text) => text;

  /** Counts the groups: messages up to a Sync, or one Query. */
  get group(): number {
    return this.#group;
  }

  /** The next message belongs to another group than those before it. */
  endGroup(): void {
    this.#group++;
    if (this.#skipped.length === 0) return;
    for (const named of this.#skipped.splice(0)) this.drop(named);
  }

  /** What a name stands for, null when for nothing; undefined while nobody can know. */
  find(target: Target, name: string): Named | null | undefined {
    const slot = this.#slot(target, name);
    const pending = slot?.pending;
    const last = pending === undefined || pending.length === 0 ? undefined : pending[pending.length - 1];
    if (last !== undefined) {
      if (last.group !== this.#group) return undefined;
      return last.removes ? null : last;
    }
    return this.openQueries > 0 ? undefined : (slot?.live ?? null);
  }

  /** What a name stands for by the answers so far. */
  live(target: Target, name: string): Named | null {
    return this.#slot(target, name)?.live ?? null;
  }

  /** The server said that a name stands for something, or for nothing, from here on; what was sent later still waits. */
  set(target: Target, name: string, naming: Naming | null): void {
    const slot = this.#madeSlot(target, name);
    slot.live = naming === null ? null : this.#named(slot, naming, false);
    this.#forgetEmpty(slot);
  }

  /** The server changed names, and nobody knows which: they stand for nothing known any more. */
  forget(target: Target): void {
    for (const slot of this.#table(target).values()) {
      slot.live = null;
      this.#forgetEmpty(slot);
    }
    // DEALLOCATE ALL leaves the unnamed statement alone, CLOSE ALL no portal.
    if (target === 'P') this.#portal.live = null;
  }

  /** A name that is asked for; {@link confirm} or {@link drop} follows. */
  give(target: Target, name: string, naming: Naming): Named {
    return this.#ask(this.#madeSlot(target, name), naming, false);
  }

  /** The end of a name that is asked for; {@link confirm} or {@link drop} follows. */
  take(target: Target, name: string): Named {
    return this.#ask(this.#madeSlot(target, name), NOTHING, true);
  }

  /** The end of all names of a kind. */
  takeAll(target: Target): Named[] {
    const named = [...this.#table(target).values()].map((slot) => this.#ask(slot, NOTHING, true));
    if (target === 'P') named.push(this.#ask(this.#portal, NOTHING, true));
    return named;
  }

  /** The server did it. */
  confirm(named: Named): void {
    const { slot } = named;
    this.#answered(named);
    slot.live = named.removes ? null : named;
    if (named.removes) this.#forgetEmpty(slot);
  }

  /** The server did not do it. */
  drop(named: Named): void {
    this.#answered(named);
    this.#forgetEmpty(named.slot);
  }

  /** What was asked for will be discarded by the server; it stays until the end of its group. */
  skip(named: Named): void {
    if (this.#skipped.length < MAX_SKIPPED) this.#skipped.push(named);
    else this.drop(named);
  }

  /** A Parse of the unnamed statement, or a Query, does away with it before anything else. */
  dropUnnamedStatement(): void {
    this.#statement.live = null;
  }

  dropUnnamedPortal(): void {
    this.#portal.live = null;
  }

  /** Portals end with their transaction, unless they are held. */
  endTransaction(): void {
    this.#portal.live = null;
    if (this.#portals.size === 0) return;
    for (const slot of this.#portals.values()) {
      if (slot.live === null || slot.live.held) continue;
      slot.live = null;
      this.#forgetEmpty(slot);
    }
  }

  #ask(slot: Slot, naming: Naming, removes: boolean): Named {
    const named = this.#named(slot, naming, removes);
    slot.pending.push(named);
    return named;
  }

  #named(slot: Slot, { at, prepared, command, held, source, types }: Naming, removes: boolean): Named {
    const group = this.#group;
    return {
      at,
      statement: 0,
      prepared,
      describedAt: null,
      columns: -1,
      command,
      source,
      types,
      judgement: null,
      described: false,
      held,
      removes,
      group,
      slot,
    };
  }

  /** Answers come in the order of what they answer: it is the first, unless it was skipped and is the last. */
  #answered(named: Named): void {
    const { pending } = named.slot;
    if (pending.length === 1 && pending[0] === named) pending.pop();
    else if (pending[0] === named) pending.shift();
    else if (pending.includes(named)) pending.splice(pending.indexOf(named), 1);
  }

  #table(target: Target): Map<string, Slot> {
    return target === 'S' ? this.#statements : this.#portals;
  }

  #slot(target: Target, name: string): Slot | undefined {
    if (name === '') return target === 'S' ? this.#statement : this.#portal;
    return this.#table(target).get(keyOf(name));
  }

  #madeSlot(target: Target, name: string): Slot {
    const found = this.#slot(target, name);
    if (found !== undefined) return found;
    const slot: Slot = { target, name: keyOf(name), live: null, pending: [] };
    this.#table(target).set(slot.name, slot);
    return slot;
  }

  #forgetEmpty({ target, name, live, pending }: Slot): void {
    if (name !== '' && live === null && pending.length === 0) this.#table(target).delete(name);
  }
}

/** An Execute uses a portal, and with it its statement. */
export function useFirst(portal: Named, statement: number): void {
  if (portal.statement === 0) portal.statement = statement;
  const { prepared } = portal;
  if (prepared !== null && prepared.statement === 0) prepared.statement = statement;
}

/** A text that has no name of its own, as the query of a cursor. */
export function textAt(at: number, source: Buffer | null): Named {
  const slot: Slot = { target: 'S', name: '', live: null, pending: [] };
  return {
    at,
    statement: 0,
    prepared: null,
    describedAt: null,
    columns: -1,
    command: null,
    source,
    types: NO_TYPES,
    judgement: null,
    described: false,
    held: false,
    removes: false,
    group: 0,
    slot,
  };
}

const NOTHING: Naming = {
  at: -1,
  prepared: null,
  command: null,
  held: false,
  source: null,
  types: NO_TYPES,
};

/**
 * Names that the server takes for the same have the same key: it compares {@link NAME_BYTES} bytes and cuts between any
 * two. A key of bytes is no name of its own, as it would be longer than that.
 */
function keyOf(name: string): string {
  if (name.length <= SHORT_NAME || Buffer.byteLength(name) <= NAME_BYTES) return name;
  return Buffer.from(name).toString('latin1', 0, NAME_BYTES);
}
