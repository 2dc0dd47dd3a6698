/**
 * What the painter remembers between steps: plain data with an upper bound, so that it can be cloned into a keyframe. A
 * step can be painted from the state after the step before it.
 */
import type { StoredEvent } from '../recording/record.ts';
import type { Unfinished } from './assemble.ts';
import type { Table } from './table.ts';
import type { TerminalState } from './terminal-text.ts';
import { nothingTold, type Told } from './told.ts';
import type { Column } from './wire.ts';

/** Prepared texts, descriptions and statements under way that are remembered: more than a session has in use at a time. */
const REMEMBERED = 500;

/** What is known of a statement under way. */
interface RunningStatement {
  readonly text: string | null;
  readonly resultFormats: readonly number[];
}

/** The result being painted. */
export interface RunningResult {
  readonly statement: number;
  readonly ordinal: number;
  /** null until its columns are known. */
  readonly table: Table | null;
  readonly unfinished: Unfinished;
}

/** The COPY being painted. `line` is the start of the line that has not ended; `seen` counts all its bytes. */
export interface RunningCopy {
  readonly statement: number;
  readonly binary: boolean;
  readonly line: Uint8Array;
  readonly seen: number;
  readonly unfinished: Unfinished;
}

/** Columns of a result to come that are masked, by position from 0. */
export interface MaskedColumns {
  readonly statement: number;
  readonly ordinal: number;
  readonly positions: readonly number[];
}

export interface PainterState {
  connection: string;
  /** ReadyForQuery's indicator: I, T or E. */
  transaction: string;
  /** Whether the prompt stands at the end of what was painted, waiting for a statement. */
  atPrompt: boolean;
  /** By sequence of the event that held it. */
  readonly texts: Map<number, string>;
  readonly columns: Map<number, readonly Column[]>;
  /** By number; 0 stands for what was last prepared on its own. */
  readonly statements: Map<number, RunningStatement>;
  /** OIDs by name of the prepared statement. */
  readonly parameterTypes: Map<string, readonly number[]>;
  result: RunningResult | null;
  copy: RunningCopy | null;
  /** Painting began in the middle of a row: what is the end of it, and where others begin, cannot be told from its bytes. */
  midRow: boolean;
  /** The latest that were told of. */
  masked: MaskedColumns | null;
  readonly told: Told;
  /** Facts that the source of an imported session does not tell (IMPORT_GAPS); null for a session that a gateway recorded. */
  lacks: readonly string[] | null;
  /** Of a terminal's recording; null until one begins. */
  terminal: TerminalState | null;
  /** Columns of the terminal, where the player's own lines break; null where lines have no end. */
  columnsWide: number | null;
}

/** The state before a session's first event. */
export function newPainterState(): PainterState {
  return {
    connection: 'db',
    transaction: 'I',
    atPrompt: false,
    texts: new Map(),
    columns: new Map(),
    statements: new Map(),
    parameterTypes: new Map(),
    result: null,
    copy: null,
    midRow: false,
    masked: null,
    told: nothingTold(),
    lacks: null,
    terminal: null,
    columnsWide: null,
  };
}

/** Puts an entry into one of the state's maps, which lets the oldest go when it is full. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

/** To be called before painting goes on behind an event that was not painted itself; null: none is there. */
export function beginBehind(before: StoredEvent | null, state: PainterState): void {
  state.midRow = before?.event.kind === 'rows' && before.event.fields.continued;
}
