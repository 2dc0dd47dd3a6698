/** What is found along the way while the lineage of a statement is worked out. */
import type { Flow, RestsOn, ValueUse } from './lineage.ts';
import { both, columnOf, toSources, type SourceSet } from './source-set.ts';
import type { Constant, Value } from './value.ts';

/** Nobody needs deeper expressions, and the stack is not endless. */
const MAX_DEPTH = 300;

/** Thrown when an expression nests too deeply; whoever asks for lineage takes it for unknown. */
export class TooDeepError extends Error {
  constructor() {
    super('it nests too deeply');
    this.name = 'TooDeepError';
  }
}

/** Collects what columns an expression, with all within it, looks at. */
export interface Watch {
  /** Columns of levels up to this depth only: those that a subquery takes from outside. */
  readonly depth: number;
  /** Only what conditions look at. */
  readonly conditions: boolean;
  from: SourceSet;
  /** Rows of no table are among it. */
  madeUp: boolean;
}

export class Findings {
  /** OIDs of relations involved. */
  readonly relations = new Set<number>();
  /** Names as written → what they are; 0: nothing. */
  readonly names = new Map<string, number>();
  readonly functions = new Set<string>();
  readonly operators = new Set<string>();
  /** Columns looked at, as keys; of views, too. */
  readonly columns = new Set<number>();
  /** OIDs of relations of which only the columns looked at are written; of others that are written, all are. */
  readonly partlyWritten = new Set<number>();
  /** Some column looked at is not known. */
  columnsUnknown = false;
  /** Names that were no columns, so that they call functions: `(row).name`. */
  readonly fieldCalls = new Set<string>();
  readonly watches: Watch[] = [];
  closed = true;
  /** Rows are changed, which runs triggers, rules and defaults that nobody looked at. */
  changes = false;
  /** Rows are deleted, and perhaps others’ with them. */
  takesAlong = false;
  #depth = 0;
  #conditions = 0;
  readonly #flows: { from: SourceSet; to: Flow['to'] }[] = [];
  /** Constants beside what nobody knows: a name that is no column's, for one. */
  readonly #adrift = new Set<Constant>();
  /** Any constant of the text may be of any column: those of code, which nobody relates to what it reads. */
  unread = false;
  readonly #compared = new Set<number>();
  /** By column. */
  readonly #uses = new Map<number, Set<Constant>>();

  /** Runs something one level deeper. */
  deeper<T>(run: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw new TooDeepError();
    this.#depth++;
    try {
      return run();
    } finally {
      this.#depth--;
    }
  }

  /** Runs something and gives the columns that it, or its `conditions` alone, looks at at levels up to `depth`. */
  watch<T>(
    depth: number,
    run: () => T,
    conditions = false,
  ): { readonly result: T; readonly from: SourceSet; readonly madeUp: boolean } {
    const watch: Watch = { depth, conditions, from: new Set(), madeUp: false };
    this.watches.push(watch);
    const result = run();
    this.watches.splice(this.watches.indexOf(watch), 1);
    return { result, from: watch.from, madeUp: watch.madeUp };
  }

  /** Runs something that is a condition. */
  condition<T>(run: () => T): T {
    this.#conditions++;
    const result = run();
    this.#conditions--;
    return result;
  }

  /** Runs something whose levels are no part of those around it: the query of a view. */
  apart<T>(run: () => T): T {
    const watches = this.watches.splice(0);
    try {
      return run();
    } finally {
      this.watches.splice(0, this.watches.length, ...watches);
    }
  }

  /** A column at a level was looked at. `key`: the relation's own, of a view, too. */
  look(depth: number, key: number | null, { from, madeUp }: Value, recording: boolean): void {
    for (const watch of this.watches) {
      if (depth > watch.depth || (watch.conditions && this.#conditions === 0)) continue;
      watch.from = both(watch.from, from);
      watch.madeUp ||= madeUp === true;
    }
    if (!recording) return;
    if (key !== null) this.columns.add(key);
    if (from === null) this.columnsUnknown = true;
    else for (const one of from) this.columns.add(one);
  }

  /** Runs something that no values go anywhere from. */
  withoutFlows(run: () => void): void {
    const before = this.#flows.length;
    run();
    this.#flows.length = before;
  }

  /** Values go somewhere; those that depend on no column do not count. */
  flow(from: SourceSet, to: Flow['to']): void {
    if (from === null || from.size > 0) this.#flows.push({ from, to });
  }

  /** Two values are compared: constants of one are of the same kind as columns of the other. */
  relate(left: Value, right: Value): void {
    if (left.fields !== null && left.fields.length === right.fields?.length) {
      for (const [index, field] of left.fields.entries()) {
        const other = right.fields[index];
        if (other !== undefined) this.relate(field.value, other.value);
      }
      return;
    }
    this.use(left, right.from);
    this.use(right, left.from);
  }

  /** Constants stand beside columns in one expression. */
  mix(value: Value): void {
    this.#note(value, value.from);
  }

  /** Constants of a value are compared with, or written to, columns. */
  use(value: Value, columns: SourceSet): void {
    if (value.constants.length > 0) for (const key of columns ?? []) this.#compared.add(key);
    this.#note(value, columns);
  }

  #note({ constants }: Value, columns: SourceSet): void {
    if (constants.length === 0) return;
    if (columns === null) {
      for (const constant of constants) this.#adrift.add(constant);
      return;
    }
    for (const key of columns) {
      const known = this.#uses.get(key) ?? new Set();
      for (const constant of constants) known.add(constant);
      this.#uses.set(key, known);
    }
  }

  /** Columns that constants are compared with, or written to. */
  get compared(): SourceSet {
    return this.#compared;
  }

  get uses(): readonly ValueUse[] {
    const known = [...this.#uses].flatMap(([key, constants]) => usesOf(constants, columnOf(key)));
    const uses = [...known, ...usesOf(this.#adrift, 'unknown')];
    return this.unread ? [...uses, { column: 'unknown' }] : uses;
  }

  get flows(): readonly Flow[] {
    return this.#flows.map(({ from, to }) => ({ from: toSources(from), to }));
  }

  get restsOn(): RestsOn {
    return {
      relations: [...this.relations],
      names: [...this.names].map(([name, relation]) => ({ name, relation })),
      functions: [...this.functions],
      operators: [...this.operators],
    };
  }
}

function usesOf(constants: ReadonlySet<Constant>, column: ValueUse['column']): ValueUse[] {
  return [...constants].map((one) => (one < 0 ? { parameter: -one, column } : { literal: one, column }));
}
