/** Reads texts, cached: short ones at once, long ones in threads with a budget of time and memory. */
import { loadParser } from '../facts.ts';
import { dependsOnConstants } from './constant-dependence.ts';
import { ParsePool, type LongAnswer } from './parse-pool.ts';
import {
  BrokenParserError,
  constantStarts,
  parseText,
  type ParsedStatement,
  type ParsedText,
} from './parse-text.ts';
import { ReadText } from './read-text.ts';
import { SeenBefore } from './seen-before.ts';
import { scanText, type TextScan } from './scan-text.ts';
import { TwoGenerations } from './two-generations.ts';

/** Longest text parsed where it came in, in UTF-16 units: 0.3 ms at worst, less than a hop to a thread and back would delay others. */
const MAX_INLINE = 2048;

/** What nests deeper goes to a thread however short: the parser's stack there is nobody else's. */
const MAX_INLINE_DEPTH = 100;
const MAX_INLINE_OPERATORS = 400;

/** Longest text that is scanned here and remembered. */
const MAX_CACHED = 8192;

/** Longest text parsed at all. */
const MAX_TEXT = 1024 * 1024;

/** How long a text may take, ms: three times what a bulk INSERT of the greatest length does on a busy processor. */
const BUDGET = 1000;

/**
 * Characters of the texts in each generation of a cache. A tree takes some twenty times as much memory as its text: two generations of two
 * caches stay below 50 MB, and hold some thousand texts.
 */
const CACHED = 500_000;

/** Reads texts for as many sessions as one likes; one in a process. */
export class TextReader {
  readonly #pool: ParsePool;
  readonly #exact = new TwoGenerations<ReadText>(CACHED);
  readonly #shapes = new TwoGenerations<ParsedText>(CACHED);
  readonly #seen = new SeenBefore();

  private constructor(budget: number) {
    this.#pool = new ParsePool(budget);
  }

  /** Loads the parser. `budget`: how long a long text may take, ms. */
  static async open({ budget = BUDGET }: { readonly budget?: number } = {}): Promise<TextReader> {
    await loadParser();
    return new TextReader(budget);
  }

  /** Never throws or rejects: what cannot be read has {@link ReadText.unparsed}. Equal texts share {@link ReadText.parsed} while cached. */
  read(sql: string): ReadText | Promise<ReadText> {
    if (sql.length > MAX_CACHED) return this.#readLong(sql);
    const known = this.#exact.get(sql);
    if (known !== undefined) return known;
    const scan = scanText(sql);
    const parsed = scan.shape === null ? undefined : this.#shapes.get(scan.shape);
    if (parsed !== undefined) return new ReadText(parsed, scan.dependsOnBackslash, scan.spans);
    const short =
      sql.length <= MAX_INLINE && scan.depth <= MAX_INLINE_DEPTH && scan.operators <= MAX_INLINE_OPERATORS;
    if (!short) return this.#readLong(sql, scan.shape);
    return this.#remember(sql, scan.shape, readShort(sql, scan));
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async #readLong(sql: string, shape: string | null = null): Promise<ReadText> {
    if (sql.length > MAX_TEXT) return unreadable(`it is longer than ${MAX_TEXT} characters`);
    const read = readAnswer(await this.#pool.parse(sql));
    return sql.length > MAX_CACHED ? read : this.#remember(sql, shape, read);
  }

  /**
   * Keeps what comes for the second time: of texts that come once the collector's pauses would cost more than parsing. What could
   * not be read is tried again each time: it is refused anyway, and a thread may have been too slow by chance.
   */
  #remember(sql: string, shape: string | null, read: ReadText): ReadText {
    if (read.unparsed !== null || !this.#seen.note(shape ?? sql)) return read;
    if (shape !== null && !dependsOnConstants(read.parsed.statements)) this.#shapes.set(shape, read.parsed);
    else this.#exact.set(sql, read);
    return read;
  }
}

function readShort(sql: string, scan: TextScan): ReadText {
  try {
    const statements = parseText(sql);
    if (typeof statements === 'string') return unreadable(statements, scan);
    const constants = constantStarts(sql, scan.spans);
    return new ReadText(
      { statements, unparsed: null, constants, parameters: scan.parameters },
      scan.dependsOnBackslash,
      scan.spans,
    );
  } catch (error) {
    if (error instanceof BrokenParserError) return unreadable(error.message);
    throw error;
  }
}

function readAnswer(answer: LongAnswer): ReadText {
  if ('unparsed' in answer) return unreadable(answer.unparsed);
  const { constants, parameters, dependsOnBackslash, spans } = answer;
  const statements = JSON.parse(answer.statements) as readonly ParsedStatement[];
  return new ReadText({ statements, unparsed: null, constants, parameters }, dependsOnBackslash, spans);
}

/** Without a scan nobody knows where its constants are, and whether a back slash is in one. */
function unreadable(unparsed: string, scan?: TextScan): ReadText {
  const parsed: ParsedText = { statements: [], unparsed, constants: [], parameters: scan?.parameters ?? 0 };
  return new ReadText(parsed, scan?.dependsOnBackslash ?? true, scan?.spans ?? []);
}
