/** What the index is kept in: a ClickHouse server, or ClickHouse in a process of our own. Both take the same questions. */
import { ArchiveError } from '../../archive/archive.ts';

/** The value of a parameter: `{name:Type}` in the SQL. */
export type Value = string | number | readonly string[] | readonly number[];

/** One statement of SQL. */
export interface EngineRequest {
  readonly sql: string;
  readonly values?: Readonly<Record<string, Value>>;
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Rows to insert, one JSON object a line; the SQL ends before them. */
  readonly rows?: string;
}

export interface Engine {
  /** The answer's text: one JSON object a line for what selects. Throws {@link ArchiveError}. */
  ask(request: EngineRequest): Promise<string>;
  close(): Promise<void>;
}

/** Numbers as numbers: times in µs and counts are below 2^53. */
export const JSON_SETTINGS = { output_format_json_quote_64bit_integers: 0 } as const;

/** How long a question of a reader may take, s. */
const LONGEST_S = 10;

/** The rows that a question finds. `T` is what its columns say. */
export async function rowsOf<T>(
  engine: Engine,
  sql: string,
  values: Readonly<Record<string, Value>> = {},
): Promise<T[]> {
  const text = await engine.ask({
    sql: `${sql} FORMAT JSONEachRow`,
    values,
    settings: {
      ...JSON_SETTINGS,
      max_execution_time: LONGEST_S,
      // On shards a question within a question is asked of all of them.
      distributed_product_mode: 'global',
      // Versions of a row are of one day: a day that is one part need not be merged for its latest.
      do_not_merge_across_partitions_select_final: 1,
      // Parts of other days are not opened for the newest.
      read_in_order_use_virtual_row: 1,
    },
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** Codes of ClickHouse: TIMEOUT_EXCEEDED, and what a user may not do. */
const TIMEOUTS: ReadonlySet<number> = new Set([159, 160]);
const REFUSALS: ReadonlySet<number> = new Set([192, 193, 194, 195, 497, 516]);
const UNKNOWN_TABLES: ReadonlySet<number> = new Set([60, 81]);

/** What an error of ClickHouse means here; `name` says which engine. */
export function engineError(name: string, message: string, cause?: unknown): ArchiveError {
  const code = Number(/Code: (\d+)/.exec(message)?.[1] ?? 0);
  const options = cause === undefined ? {} : { cause };
  if (TIMEOUTS.has(code))
    return new ArchiveError(
      'TIMEOUT',
      `${name} gave no answer within ${LONGEST_S} s; narrow the filter and try again`,
      options,
    );
  if (REFUSALS.has(code))
    return new ArchiveError('REFUSED', `${name} refused: ${firstLine(message)}`, options);
  if (UNKNOWN_TABLES.has(code))
    return new ArchiveError(
      'NOT_AN_ARCHIVE',
      `${name} holds no index: make its tables with auditorium index run`,
      options,
    );
  return new ArchiveError('DAMAGED', `${name}: ${firstLine(message)}`, options);
}

function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? '').slice(0, 500);
}
