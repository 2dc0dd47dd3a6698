/**
 * What SQL statements are and touch, by PostgreSQL's own parser (libpg-query), cached by normal form: statements that
 * differ only in literals are parsed once.
 */
import { setFlagsFromString } from 'node:v8';
import { loadModule, parseSync } from 'libpg-query';
import type { StatementFacts } from '../archive/archive.ts';
import { namesOf } from './fact-names.ts';
import { relationsOf } from './fact-relations.ts';
import { verbOf, type TreeNode } from './fact-verb.ts';
import { classOf } from './facts/statement-class.ts';
import { normalise, type NormalText } from './normalise.ts';

/**
 * Longest statement given to the parser, in normal form and with long lists cut short. Its parse tree is walked recursively
 * in WebAssembly: some 10,000 nested operators exhaust the stack and leak its memory, and a statement of this length holds
 * fewer as long as {@link MAX_OPERATORS} is kept too.
 */
const MAX_STATEMENT_LENGTH = 48 * 1024;
const MAX_OPERATORS = 5000;

/** Longest text of many statements given to the parser, which takes about a second for a megabyte. */
const MAX_TEXT_LENGTH = 512 * 1024;

/** From this length on lists of literals are cut short: a bulk INSERT is one row of literals many times. */
const LONG_LENGTH = 2048;

/** Longest normal form handed out; what comes behind it tells no two statements apart that anyone would. */
const MAX_FINGERPRINT_LENGTH = 16 * 1024;

/**
 * Entries in one generation of the cache: an archive of many kinds of work has a hundred thousand texts a day, and parsing one costs
 * as much as writing ten events of known ones. Two generations of texts of a few hundred bytes stay below 100 MB.
 */
const CACHED_TEXTS = 65_536;
const MAX_CACHED_LENGTH = 8192;

/** A statement's facts without its literal text; `from` and `to` count semicolons: it lies between the two. */
interface CachedFacts extends Omit<StatementFacts, 'text' | 'start'> {
  readonly from: number;
  readonly to: number;
}

/** Of a text that tells nothing. */
const NO_FACTS = { verb: '', class: '', tables: [], columns: [], functions: [] } as const;

let young = new Map<string, readonly CachedFacts[]>();
let old = new Map<string, readonly CachedFacts[]>();

/**
 * Keeps V8 from compiling the parser anew with its optimising compiler, which takes seconds of CPU and 550 MB for the grammar
 * alone. Baseline code parses a statement and its tree is read in some 30 µs. Without the second flag the first would have
 * everything optimised at once.
 */
const NEVER_OPTIMISE = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up'];

/** Loads the parser; once, before {@link factsOf} is called. */
export async function loadParser(): Promise<void> {
  for (const flag of NEVER_OPTIMISE) setFlagsFromString(flag); // for the process: it has no other WebAssembly of weight
  await loadModule();
}

/**
 * One entry for each SQL statement of `text`, in order. A text that does not parse, is too large to be parsed safely, or
 * holds no statement gives one entry with verb '' and the whole text.
 */
export function factsOf(text: string): StatementFacts[] {
  const normal = normalise(text);
  const cached = (normal.wellFormed ? lookUp(normal.text) : undefined) ?? readFacts(text, normal);
  const [only] = cached;
  if (only !== undefined && cached.length === 1 && (normal.semicolons.length === 0 || only.verb === '')) {
    const { verb, class: kind, tables, columns, functions, fingerprintText } = only;
    return [{ verb, class: kind, tables, columns, functions, text, start: 0, fingerprintText }];
  }
  return cached.map((facts) => sliced(text, normal.semicolons, facts));
}

function sliced(text: string, semicolons: readonly number[], facts: CachedFacts): StatementFacts {
  const { verb, class: kind, tables, columns, functions, fingerprintText, from, to } = facts;
  let start = startOf(semicolons, from);
  const end = semicolons[to] ?? text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  const own = text.slice(start, end).trimEnd();
  return { verb, class: kind, tables, columns, functions, text: own, start, fingerprintText };
}

function lookUp(normalText: string): readonly CachedFacts[] | undefined {
  const found = young.get(normalText);
  if (found !== undefined) return found;
  const aged = old.get(normalText);
  if (aged !== undefined) remember(normalText, aged);
  return aged;
}

function remember(normalText: string, facts: readonly CachedFacts[]): void {
  if (normalText.length > MAX_CACHED_LENGTH) return;
  if (young.size >= CACHED_TEXTS) {
    old = young;
    young = new Map();
  }
  young.set(normalText, facts);
}

/**
 * Parses the normal form; where that is no SQL because a literal must stand there (`CREATE FUNCTION … AS '…'`), the
 * original. What does not parse is not remembered: another literal in the same place may parse.
 */
function readFacts(text: string, normal: NormalText): readonly CachedFacts[] {
  const { semicolons } = normal;
  const parts =
    normal.operators > MAX_OPERATORS || text.includes('\0')
      ? null
      : ((normal.wellFormed ? parseParts(normal.text, normal.normalSemicolons) : null) ??
        parseParts(text, semicolons));
  if (parts === null || parts.length === 0) {
    return [{ ...NO_FACTS, fingerprintText: fingerprint(normal.text), from: -1, to: semicolons.length }];
  }
  const facts = parts.map(({ node, from, to }): CachedFacts => {
    const [start, end] = [startOf(semicolons, from), semicolons[to]];
    const own =
      parts.length === 1 && semicolons.length === 0 ? normal.text : normalise(text.slice(start, end)).text;
    const tables = relationsOf(node);
    const { columns, functions } = namesOf(node, tables);
    return {
      verb: verbOf(node),
      class: classOf(node),
      tables,
      columns,
      functions,
      fingerprintText: fingerprint(own),
      from,
      to,
    };
  });
  if (normal.wellFormed) remember(normal.text, facts);
  return facts;
}

/** A statement's tree and the semicolons it lies between. */
interface Part {
  readonly node: TreeNode;
  readonly from: number;
  readonly to: number;
}

/** Parses `sql`, whose semicolons stand at `semicolons`; null when it does not parse or is too large to try. */
function parseParts(sql: string, semicolons: readonly number[]): Part[] | null {
  const single = semicolons.length === 0 || semicolons[0] === sql.length - 1;
  const short = single && sql.length > LONG_LENGTH ? shortenLists(sql.slice(0, semicolons[0]), '$1') : sql;
  if (
    short.length > MAX_TEXT_LENGTH ||
    longestStretch(short, single ? [] : semicolons) > MAX_STATEMENT_LENGTH
  )
    return null;
  let statements;
  try {
    statements = parseSync(short).stmts ?? [];
  } catch {
    return null;
  }
  const between = single ? [] : semicolonsOfStatements(short, semicolons, statements);
  return statements.map(({ stmt }, i): Part => {
    const [from, to] = between[i] ?? [-1, 0];
    return { node: stmt as TreeNode, from, to };
  });
}

function longestStretch(sql: string, semicolons: readonly number[]): number {
  let longest = 0;
  let from = 0;
  for (const at of semicolons) {
    longest = Math.max(longest, at - from);
    from = at;
  }
  return Math.max(longest, sql.length - from);
}

function fingerprint(normalText: string): string {
  const short = normalText.length > LONG_LENGTH ? shortenLists(normalText, '$1, …') : normalText;
  return short.length > MAX_FINGERPRINT_LENGTH ? `${short.slice(0, MAX_FINGERPRINT_LENGTH)} …` : short;
}

function startOf(semicolons: readonly number[], from: number): number {
  return from < 0 ? 0 : (semicolons[from] ?? 0) + 1;
}

interface Located {
  readonly stmt_location?: number;
  readonly stmt_len?: number;
}

/**
 * Between which semicolons each statement lies. The parser counts bytes of UTF-8; semicolons within a statement (a rule's
 * actions, a function's body) are not its end.
 */
function semicolonsOfStatements(
  sql: string,
  semicolons: readonly number[],
  statements: readonly Located[],
): [number, number][] {
  const byteOf = byteOffsets(sql, semicolons);
  let from = -1;
  return statements.map(({ stmt_location = 0, stmt_len = 0 }): [number, number] => {
    // Semicolons of empty statements before this one are skipped: they end before it starts.
    while (from + 1 < byteOf.length && (byteOf[from + 1] as number) < stmt_location) from++;
    const end = stmt_len === 0 ? Infinity : stmt_location + stmt_len;
    let to = from + 1;
    while (to < byteOf.length && (byteOf[to] as number) < end) to++;
    const found: [number, number] = [from, to];
    from = to;
    return found;
  });
}

/** Offsets in UTF-8 of UTF-16 positions, given in ascending order. */
function byteOffsets(sql: string, positions: readonly number[]): number[] {
  let at = 0;
  let bytes = 0;
  return positions.map((position) => {
    bytes += Buffer.byteLength(sql.slice(at, position));
    at = position;
    return bytes;
  });
}

const LIST = /(\$\d+)(?: ?, ?\$\d+)+/g;
const ROWS = /(\(\$\d+(?:, …)?\))(?: ?, ?\(\$\d+(?:, …)?\))+/g;

/** Leaves one of each run of placeholders and of each run of rows of them: which literals there are says nothing here. */
function shortenLists(sql: string, one: string): string {
  return sql.replace(LIST, one).replace(ROWS, one);
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
