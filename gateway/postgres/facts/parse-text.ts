/** A text's parse tree, by PostgreSQL's own parser. */
import { hasSqlDetails, parseSync } from 'libpg-query';
import type { TreeNode } from '../fact-verb.ts';

/** A statement's tree with one field, its kind: `{ SelectStmt: … }`. */
export interface ParsedStatement {
  readonly node: TreeNode;
}

/** A text as parsed: the same for all texts of one shape. */
export interface ParsedText {
  readonly statements: readonly ParsedStatement[];
  /** Why there are none although the text is not empty; null when it was read. */
  readonly unparsed: string | null;
  /** Where constants start in the text that was parsed, in bytes of UTF-8, as the tree counts: their order is that of all texts of the shape. */
  readonly constants: ArrayLike<number>;
  /** Highest `$n`. */
  readonly parameters: number;
}

/** A parser that ran out of stack or memory cannot be trusted any more. */
export class BrokenParserError extends Error {
  constructor(cause: unknown) {
    super('the SQL parser failed', { cause });
    this.name = 'BrokenParserError';
  }
}

/** Why a text was not read in which the parser found a fault of grammar. */
export const NOT_SQL = 'it is not SQL that PostgreSQL reads';

/** Longest text whose fault is looked for: it is parsed once more. */
const MAX_SOUGHT = 2048;

/** Where the parser stopped in a text that is {@link NOT_SQL}, in characters from 0; null: not told. */
export function faultOf(sql: string): number | null {
  if (sql.length > MAX_SOUGHT) return null;
  try {
    parseSync(sql);
    return null;
  } catch (error) {
    const at = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? -1) : -1;
    return at < 0 ? null : at;
  }
}

/** Parses a text; a message says that it is no SQL, without quoting it. Throws {@link BrokenParserError}. */
export function parseText(sql: string): readonly ParsedStatement[] | string {
  if (/^\s*$/.test(sql)) return [];
  try {
    const statements = parseSync(sql).stmts ?? [];
    return statements.map(({ stmt }) => ({ node: stmt as TreeNode }));
  } catch (error) {
    if (hasSqlDetails(error)) return NOT_SQL;
    throw new BrokenParserError(error);
  }
}

/** Offsets in UTF-8 of the starts among `spans` (starts and ends by turns, ascending, UTF-16). */
export function constantStarts(sql: string, spans: ArrayLike<number>): Int32Array {
  const starts = new Int32Array(spans.length / 2);
  let at = 0;
  let bytes = 0;
  for (let index = 0; index < starts.length; index++) {
    const start = spans[index * 2] ?? 0;
    bytes += Buffer.byteLength(sql.slice(at, start));
    at = start;
    starts[index] = bytes;
  }
  return starts;
}
