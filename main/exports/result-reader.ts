/** Rows of results, read from the wire messages that events hold; what goes on over several events is put together. */
import type { StoredEvent } from '../../shared/recording/record.ts';
import { assemble, type Unfinished } from '../../shared/replay/assemble.ts';
import { decodeText } from '../../shared/replay/text.ts';
import { typeName } from '../../shared/replay/types.ts';
import { valueText } from '../../shared/replay/value.ts';
import { type Column, readCells, type WireMessage } from '../../shared/replay/wire.ts';
import type { Intents } from './intents.ts';
import type { ResultRows } from '../../gateway/archive/lines/record.ts';

/** The result being read. */
interface Running {
  readonly statement: number;
  readonly ordinal: number;
  readonly columns: readonly Column[] | null;
  readonly unfinished: Unfinished;
}

/** Reads the results of one session; feed it every event that may hold rows, in order. */
export class ResultReader {
  readonly #intents: Intents;
  #running: Running | null = null;
  #masked: {
    readonly statement: number;
    readonly ordinal: number;
    readonly positions: readonly number[];
  } | null = null;

  constructor(intents: Intents) {
    this.#intents = intents;
  }

  /** The rows that end in the event; null when none do. `formats` are those that its statement asked for. */
  async read({ event, payloads }: StoredEvent, formats: readonly number[]): Promise<ResultRows | null> {
    if (event.kind === 'columnsMasked') this.#masked = event.fields;
    if (event.kind !== 'rows' && event.kind !== 'outcome' && event.kind !== 'copyOut') return null;
    const { statement, ordinal } = event.fields;
    const bytes = payloads[event.kind === 'copyOut' ? 'data' : 'answer'];
    const nothing = { statement, ordinal, columns: null, rows: [], cut: [] };
    if (bytes === null) return { ...nothing, redacted: true };
    if (bytes === undefined) return null;
    const before = this.#of(statement, ordinal);
    const { messages, unfinished } = assemble(before?.unfinished ?? null, bytes);
    const describedAt = 'describedAt' in event.fields ? event.fields.describedAt : null;
    const described = messages.some(({ type }) => type === 'T') ? event.sequence : describedAt;
    const columns =
      before?.columns ?? (described === null ? null : await this.#intents.columnsAt(described, formats));
    this.#running = { statement, ordinal, columns, unfinished };
    const rows = messages.filter(({ type }) => type === 'D' || type === 'd');
    return rows.length === 0 ? null : { ...nothing, ...this.#shown(rows), redacted: false };
  }

  #of(statement: number, ordinal: number): Running | null {
    const running = this.#running;
    return running?.statement === statement && running.ordinal === ordinal ? running : null;
  }

  #shown(rows: readonly WireMessage[]): Pick<ResultRows, 'columns' | 'rows' | 'cut'> {
    const { statement = 0, ordinal = 0, columns = null } = this.#running ?? {};
    const masked =
      this.#masked?.statement === statement && this.#masked.ordinal === ordinal ? this.#masked.positions : [];
    return {
      columns:
        columns?.map(({ name, typeOid }, position) => ({
          name,
          type: typeName(typeOid),
          masked: masked.includes(position),
        })) ?? null,
      rows: rows.map(({ type, body }) => (type === 'd' ? [decodeText(body)] : cellsOf(body, columns))),
      cut: rows.flatMap(({ dropped }, position) => (dropped > 0 ? [position] : [])),
    };
  }
}

function cellsOf(body: Uint8Array, columns: readonly Column[] | null): (string | null)[] {
  const read = readCells(body);
  return (read?.cells ?? []).map((cell, i) =>
    cell === null ? null : valueText(cell, columns?.[i]?.typeOid ?? 0, columns?.[i]?.format ?? 0),
  );
}
