/** Queries that the catalog holds as SQL: those of views, and bodies of functions. */
import type { ParsedStatement } from './parse-text.ts';
import { parseText } from './parse-text.ts';
import { scanText } from './scan-text.ts';
import { TwoGenerations } from './two-generations.ts';

/** Longer ones are not followed: what they do is unknown. */
const MAX_LENGTH = 64 * 1024;

/** As in text-reader.ts: how deep a text parsed here may nest. */
const MAX_DEPTH = 100;
const MAX_OPERATORS = 1000;

/** Characters of such texts in each generation of the cache; see text-reader.ts. */
const CACHED = 100_000;

const parsed = new TwoGenerations<readonly ParsedStatement[] | 'unknown'>(CACHED);

/** The statements of such a text; null: they cannot be read. */
export function innerStatements(sql: string): readonly ParsedStatement[] | null {
  if (sql.length > MAX_LENGTH) return null;
  let found = parsed.get(sql);
  if (found === undefined) {
    found = read(sql);
    parsed.set(sql, found);
  }
  return found === 'unknown' ? null : found;
}

/** Statements of a function's body: text, `BEGIN ATOMIC … END` or `RETURN …` (manual, CREATE FUNCTION); null: they cannot be read. */
export function bodyStatements(body: string): readonly ParsedStatement[] | null {
  const block = /^\s*BEGIN\s+ATOMIC\b([^]*)\bEND;?\s*$/i.exec(body)?.[1];
  return innerStatements(block ?? body.replace(/^\s*RETURN\b/i, 'SELECT'));
}

function read(sql: string): readonly ParsedStatement[] | 'unknown' {
  const { depth, operators } = scanText(sql);
  if (depth > MAX_DEPTH || operators > MAX_OPERATORS) return 'unknown';
  try {
    const statements = parseText(sql);
    return typeof statements === 'string' ? 'unknown' : statements;
  } catch {
    return 'unknown'; // a parser out of memory: nobody knows what the text does
  }
}
