/** Walks through a session's events once, and says what an export is made of. */
import { createHash } from 'node:crypto';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { SessionRow } from '../../shared/api/session.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { leafHash } from '../../shared/recording/tree.ts';
import { eventsOf } from '../session-events.ts';
import { Intents } from './intents.ts';
import { MatchingRows } from './matching-rows.ts';
import { OpenStatement } from './open-statement.ts';
import type { Piece, RecordedSession } from '../../gateway/archive/lines/record.ts';
import { ResultReader } from './result-reader.ts';
import { noFacts, noteFacts } from '../../gateway/archive/lines/session-facts.ts';

/** What an export reads of an archive. */
export type Source = Pick<
  ArchiveReader,
  'sessions' | 'session' | 'statements' | 'segments' | 'segment' | 'logs' | 'store'
>;

export interface PiecesOptions {
  /** Which statements; those of a session that do not match are passed over. */
  readonly filter: Filter;
  /** Whether the rows of their results are wanted, too. */
  readonly rows: boolean;
}

/** Statements whose outcome is waited for: a pipeline may have many, a record of a crash ends without any. */
const WAITED_FOR = 1000;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** The session first, then its statements in order; rows come before the statement whose result they are. */
export async function* piecesOf(
  archive: Source,
  row: SessionRow,
  { filter, rows }: PiecesOptions,
): AsyncGenerator<Piece, void, undefined> {
  const walk = new Walk(archive, row, filter);
  for await (const stored of eventsOf(archive, row.id)) {
    yield* await walk.take(stored, rows);
  }
  yield* walk.end();
}

class Walk {
  readonly #session: RecordedSession;
  readonly #matching: MatchingRows;
  readonly #intents: Intents;
  readonly #results: ResultReader;
  #open: OpenStatement[] = [];
  #told = false;

  constructor(archive: Source, row: SessionRow, filter: Filter) {
    this.#session = { row, facts: noFacts() };
    this.#matching = new MatchingRows(archive, row.id, filter);
    this.#intents = new Intents(archive, row.id);
    this.#results = new ResultReader(this.#intents);
  }

  async take(stored: StoredEvent, rows: boolean): Promise<Piece[]> {
    const { event } = stored;
    noteFacts(stored, this.#session.facts);
    this.#intents.note(stored);
    const matching = await this.#matching.at(event.sequence);
    if (matching.length > 0)
      this.#open.push(new OpenStatement(matching, stored, await this.#intents.asked(stored)));
    const statement = 'statement' in event.fields ? event.fields.statement : 0;
    const open = this.#open.find(({ number }) => number === statement);
    const pieces = matching.length > 0 ? this.#introduced() : [];
    if (open === undefined) return pieces;
    open.note(event);
    if (rows) pieces.push(...(await this.#rowsIn(stored, open)));
    return [...pieces, ...this.#closed(false)];
  }

  end(): Piece[] {
    return [...this.#introduced(), ...this.#closed(true)];
  }

  /** The session itself, once, when what precedes its first statement is known. */
  #introduced(): Piece[] {
    if (this.#told) return [];
    this.#told = true;
    return [{ kind: 'session', session: this.#session }];
  }

  async #rowsIn(stored: StoredEvent, open: OpenStatement): Promise<Piece[]> {
    const { event: intent } = open.intent;
    const formats = intent.kind === 'statement' ? intent.fields.resultFormats : [];
    const result = await this.#results.read(stored, formats);
    if (result === null || !open.has(result.ordinal)) return [];
    return [{ kind: 'rows', session: this.#session, result }];
  }

  /** Statements leave in the order in which they were sent. */
  #closed(all: boolean): Piece[] {
    const pieces: Piece[] = [];
    while (
      this.#open[0]?.complete === true ||
      (this.#open.length > 0 && (all || this.#open.length > WAITED_FOR))
    ) {
      const records = this.#open.shift()?.records((bytes) => leafHash(sha256, bytes)) ?? [];
      for (const statement of records) pieces.push({ kind: 'statement', session: this.#session, statement });
    }
    return pieces;
  }
}
