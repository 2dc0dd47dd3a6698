/** The steps of a session in memory, as columns that grow block by block: 40 bytes a step. */
import type { EventKind } from '../recording/event.ts';
import { decisionOf, kindOf, numberOf, statusOf, type OutlineBlock, type OutlineColumns } from './outline.ts';
import type { StepList } from './step-list.ts';
import { marksOf } from './step-source.ts';
import type { Point } from './timeline.ts';

/** Steps of one chunk: columns grow by whole ones, so that what is there need not be copied. A power of two. */
const CHUNK = 1 << 15;
const WITHIN = CHUNK - 1;

interface Chunk extends Omit<OutlineColumns, 'states'> {
  /** Places among the states of the whole session, from 1. */
  readonly states: Uint32Array;
  readonly marks: Uint8Array;
}

export class StepColumns {
  readonly #chunks: Chunk[] = [];
  readonly #states = new Map<string, number>();
  readonly #stateAt: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append({ length, columns, states }: OutlineBlock): void {
    const placed = [0, ...states.map((state) => this.#placeOf(state))];
    for (let from = 0; from < length;) {
      const at = this.#length & WITHIN;
      if (at === 0) this.#chunks.push(newChunk());
      const chunk = this.#chunks.at(-1) as Chunk;
      const end = Math.min(length, from + CHUNK - at);
      for (const name of COPIED) chunk[name].set(columns[name].subarray(from, end), at);
      const first = this.#length;
      this.#length += end - from;
      for (let index = 0; index < end - from; index++) {
        chunk.states[at + index] = placed[columns.states[from + index] ?? 0] ?? 0;
        chunk.marks[at + index] = marksOf(this.at(first + index) as Point);
      }
      from = end;
    }
  }

  at(index: number): Point | undefined {
    const kind = this.kind(index);
    if (kind === undefined) return undefined;
    return {
      sequence: this.sequence(index),
      time: this.time(index),
      kind,
      statement: this.statement(index),
      ordinal: this.ordinal(index),
      status: this.status(index),
      rows: this.rows(index),
      sqlstate: this.#stateAt[(this.#chunk(index)?.states[index & WITHIN] ?? 0) - 1] ?? null,
      decision: this.decision(index),
    };
  }

  time(index: number): number {
    return this.#chunk(index)?.times[index & WITHIN] ?? 0;
  }

  sequence(index: number): number {
    return this.#chunk(index)?.sequences[index & WITHIN] ?? -1;
  }

  statement(index: number): number | null {
    return numberOf(this.#chunk(index)?.statements[index & WITHIN]);
  }

  ordinal(index: number): number | null {
    return numberOf(this.#chunk(index)?.ordinals[index & WITHIN]);
  }

  kind(index: number): EventKind | undefined {
    return kindOf(this.#chunk(index)?.kinds[index & WITHIN] ?? 0);
  }

  status(index: number): Point['status'] {
    return statusOf(this.#chunk(index)?.statuses[index & WITHIN] ?? 0);
  }

  decision(index: number): Point['decision'] {
    return decisionOf(this.#chunk(index)?.decisions[index & WITHIN] ?? 0);
  }

  rows(index: number): number {
    return this.#chunk(index)?.rows[index & WITHIN] ?? 0;
  }

  marks(index: number): number {
    return this.#chunk(index)?.marks[index & WITHIN] ?? 0;
  }

  /** These columns as a list, as long as they are now. */
  list(complete: boolean, error: Error | null): StepList {
    const length = this.#length;
    const within = (index: number): number => (index < length ? index : -1);
    return {
      length,
      complete,
      error,
      at: (index) => this.at(within(index)),
      time: (index) => this.time(within(index)),
      sequence: (index) => this.sequence(within(index)),
      statement: (index) => this.statement(within(index)),
      ordinal: (index) => this.ordinal(within(index)),
      kind: (index) => this.kind(within(index)),
      status: (index) => this.status(within(index)),
      decision: (index) => this.decision(within(index)),
      rows: (index) => this.rows(within(index)),
      marks: (index) => this.marks(within(index)),
    };
  }

  #chunk(index: number): Chunk | undefined {
    return index >= 0 && index < this.#length ? this.#chunks[Math.floor(index / CHUNK)] : undefined;
  }

  #placeOf(state: string): number {
    const known = this.#states.get(state);
    if (known !== undefined) return known;
    const place = this.#stateAt.push(state);
    this.#states.set(state, place);
    return place;
  }
}

/** Columns that a chunk takes over as they are. */
const COPIED = [
  'times',
  'rows',
  'sequences',
  'statements',
  'ordinals',
  'kinds',
  'statuses',
  'decisions',
] as const satisfies readonly (keyof OutlineColumns)[];

function newChunk(): Chunk {
  return {
    times: new Float64Array(CHUNK),
    rows: new Float64Array(CHUNK),
    sequences: new Float64Array(CHUNK),
    statements: new Uint32Array(CHUNK),
    ordinals: new Uint32Array(CHUNK),
    states: new Uint32Array(CHUNK),
    kinds: new Uint8Array(CHUNK),
    statuses: new Uint8Array(CHUNK),
    decisions: new Uint8Array(CHUNK),
    marks: new Uint8Array(CHUNK),
  };
}
