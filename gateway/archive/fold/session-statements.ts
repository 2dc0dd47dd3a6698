/** Turns what the events of one session tell of its statements into their rows and words. */
import { UNTOLD, type EventOf } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import type { DecidedRows } from './decided-rows.ts';
import type { KnownStatement } from './known-texts.ts';
import { LiveWords } from './live-words.ts';
import type { Ending, OpenRow, OpenStatement } from './open-statement.ts';
import { SessionTexts } from './session-texts.ts';
import type { Slice } from './sql-text.ts';
import type { OwnWords } from './statement-words.ts';
import { UnreadyRows } from './unready-rows.ts';
import type { Counters, KnownText, StoredSession, Tally } from './store.ts';
import type { VolumeParts } from './volume-parts.ts';

/** Of a statement that no text tells of. */
const NO_FACTS = { class: '', tables: [], columns: [], functions: [] } as const;
const NO_WORDS: OwnWords = { words: '', cut: false };

export class SessionStatements {
  readonly words: LiveWords;
  readonly #id: number;
  readonly #parts: VolumeParts;
  readonly #counters: Counters;
  /** Sessions are counted in the volume that they began in. */
  readonly #sessionCounts: Tally | null;
  readonly #open: Map<number, OpenStatement>;
  readonly #decided: DecidedRows;
  readonly #texts: SessionTexts;
  readonly #unready: UnreadyRows;
  readonly #uses = new Set<number>();
  readonly #verbs = new Set<number>();
  readonly #tables = new Set<number>();
  /** The session was read from a source of another kind. */
  imported = false;
  /** What is taken was taken before, by an earlier run of the shipper: its rows are there. */
  resuming = false;

  constructor(
    { id, carried, events }: StoredSession,
    parts: VolumeParts,
    counters: Counters,
    open: Map<number, OpenStatement>,
    decided: DecidedRows,
  ) {
    this.#id = id;
    this.#parts = parts;
    this.#counters = counters;
    this.#sessionCounts = carried === 1 ? null : parts.counts;
    this.#open = open;
    this.#decided = decided;
    this.#texts = new SessionTexts(id, parts);
    this.words = new LiveWords(parts.words?.batch ?? null, events === 0);
    this.#unready = new UnreadyRows(parts.statements, events > 0);
  }

  /** Takes an event of the session, which may be about something else. */
  apply(stored: StoredEvent): void {
    const { event } = stored;
    switch (event.kind) {
      case 'parse':
      case 'prepared':
        this.#texts.take(event.sequence, stored.payloads['text'], event.fields.name);
        return;
      case 'statement':
        return this.#onStatement(event, stored);
      case 'functionCall':
        return this.#onFunctionCall(event);
      case 'outcome':
        this.#rowOf(event.fields)?.words?.addAnswer(stored);
        return this.#onOutcome(event);
      case 'rows':
        return this.#rowOf(event.fields)?.words?.addAnswer(stored);
      case 'copyOut':
        this.#counters.bytes += event.fields.data.length;
        return this.#rowOf(event.fields)?.words?.addAnswer(stored);
      case 'copyIn':
        this.#counters.bytes += event.fields.data.length;
        return this.#rowOf({ ...event.fields, ordinal: 0 })?.words?.addAnswer(stored);
      case 'ready':
        return this.#onReady(event.fields.transaction);
      case 'runs':
        return this.#onRuns(event.fields);
      case 'transactionEnded':
        this.#unready.store(this.#id);
        if (event.fields.outcome === 'rolled back') this.#parts.statements.rollBack(this.#id, event.fields);
        return;
      default:
    }
  }

  /** Keeps the text of a statement to which later ones may refer. */
  remember({ sequence, fields }: EventOf<'statement'>, text: Uint8Array | null | undefined): void {
    this.#texts.take(sequence, text, fields.name ?? '');
  }

  /** Stores the rows of all that began. */
  store(): void {
    this.#unready.store(this.#id);
    for (const statement of this.#open.values()) {
      for (const row of statement.rows) this.#parts.statements.show(this.#id, statement, row);
    }
  }

  /** Statements of these numbers go on in the next volume. */
  leave(numbers: ReadonlySet<number>): void {
    this.words.leave(numbers);
    this.#open.clear();
  }

  #onFunctionCall({ fields, sequence, time }: EventOf<'functionCall'>): void {
    const known = this.#parts.dictionaries.text(functionCall(fields.function));
    this.#start(fields.statement, { sequence, time }, sequence, [{ known, slice: null, own: NO_WORDS }]);
  }

  #onStatement(event: EventOf<'statement'>, stored: StoredEvent): void {
    const { statement, parsedAt, protocol } = event.fields;
    const text = stored.payloads['text'];
    if (text === undefined) {
      this.#start(statement, event, parsedAt ?? event.sequence, this.#texts.at(parsedAt));
    } else {
      const statements =
        protocol === 'extended'
          ? this.#texts.take(event.sequence, text, event.fields.name ?? '')
          : this.#texts.read(text);
      this.#start(statement, event, event.sequence, statements);
    }
    const { boundAt, parameters } = event.fields;
    if (parameters !== null)
      this.#rowOf({ statement, ordinal: 0 })?.words?.addParameters(stored.payloads['parameters']);
    else if (boundAt !== null) this.words.lose();
  }

  #rowOf({
    statement,
    ordinal,
  }: {
    readonly statement: number;
    readonly ordinal: number;
  }): OpenRow | undefined {
    return this.#open.get(statement)?.rows[ordinal];
  }

  #start(
    number: number,
    event: { readonly sequence: number; readonly time: number },
    textSequence: number,
    statements: readonly KnownStatement[],
  ): void {
    // Its rows are there already, and maybe its words.
    if (this.resuming) this.words.lose();
    const rows = statements.map(({ known, slice, own }, ordinal) => {
      const row = this.#begin(number, known, slice, ordinal);
      row.words = this.words.begin(number, row, own);
      return row;
    });
    const verdictId = this.#decided.verdictOn(number);
    this.#open.set(number, {
      number,
      sequence: event.sequence,
      textSequence,
      time: event.time,
      rows,
      verdictId,
    });
    this.#counters.statements += rows.length;
    for (const { known } of statements) this.#use(known);
  }

  #begin(number: number, known: KnownText, slice: Slice | null, ordinal: number): OpenRow {
    const { statements } = this.#parts;
    const found = this.resuming ? statements.resume(this.#id, number, known, slice, ordinal) : null;
    return found ?? statements.begin(known, slice, ordinal);
  }

  #onOutcome(event: EventOf<'outcome'>): void {
    const { fields } = event;
    const failed = fields.status === 'failed';
    if (failed) this.#counters.errors++;
    const { rows, bytes, duration } = fields;
    this.#counters.rows += Math.max(0, rows);
    this.#counters.bytes += Math.max(0, bytes);
    const ending: Ending = {
      sequence: event.sequence,
      duration: told(duration),
      rows: told(rows),
      bytes: told(bytes),
      status: fields.status,
      sqlstate: fields.sqlstate,
      transaction: fields.transaction,
    };
    const statement = this.#open.get(fields.statement);
    if (statement === undefined) this.#parts.statements.endStored(this.#id, fields, ending);
    else this.#endRow(statement, fields.ordinal, ending, fields.tag);
    if (fields.transaction !== null) this.#onReady(fields.transaction);
    this.words.ended();
  }

  #endRow(statement: OpenStatement, ordinal: number, ending: Ending, tag: string): void {
    const last = statement.rows.at(-1);
    if (last !== undefined && ordinal >= statement.rows.length) {
      const known = this.#unseen(last.known, tag);
      this.words.lose();
      statement.rows.push(this.#begin(statement.number, known, last.slice, ordinal));
      this.#counters.statements++;
    }
    const row = statement.rows[ordinal];
    if (row === undefined) return;
    if (this.imported) this.#endImported(statement, row, ending);
    else this.#unready.end(this.#id, statement, row, ending);
  }

  /** Its source tells of no ReadyForQuery: what ended is settled. */
  #endImported(statement: OpenStatement, row: OpenRow, ending: Ending): void {
    this.#parts.statements.end(this.#id, statement, row, ending);
    if (statement.rows.every(({ ended }) => ended)) this.#open.delete(statement.number);
  }

  /**
   * A statement that only the server saw in the text, as with `standard_conforming_strings` off: its command tag tells the
   * verb, what it touched nobody knows.
   */
  #unseen(known: KnownText, tag: string): KnownText {
    const verb = tag.replace(/( \d+)+$/, '');
    if (verb === '') return known;
    const unseen = this.#parts.dictionaries.text({ ...NO_FACTS, verb, fingerprintText: known.text });
    this.#use(unseen);
    return unseen;
  }

  /** The SQL EXECUTE, FETCH or MOVE touches what the text it runs does. */
  #onRuns({ statement, ordinal, at }: EventOf<'runs'>['fields']): void {
    const row = this.#open.get(statement)?.rows[ordinal];
    if (row === undefined || at === null) return;
    for (const { known } of this.#texts.at(at)) {
      this.#parts.statements.touch(row, known.tableIds);
      this.#use(known);
    }
  }

  #onReady(transaction: string): void {
    this.#unready.ready(this.#id, transaction);
    this.#endQueries(transaction);
  }

  /** After ReadyForQuery nothing more comes for a Query that answered: what it did not reach was skipped. */
  #endQueries(transaction: string): void {
    for (const [number, statement] of this.#open) {
      if (!statement.rows.some((row) => row.ended)) continue;
      for (const row of statement.rows) {
        if (row.ended) continue;
        this.#parts.statements.end(this.#id, statement, row, {
          sequence: null,
          duration: null,
          rows: 0,
          bytes: 0,
          status: 'skipped',
          sqlstate: null,
          transaction,
        });
      }
      this.#open.delete(number);
    }
  }

  #use({ textId, verbId, tableIds }: KnownText): void {
    if (this.#uses.has(textId)) return;
    this.#uses.add(textId);
    const { sessions } = this.#parts;
    if (isNew(this.#verbs, verbId)) sessions.usesVerb(this.#id, verbId, this.#sessionCounts);
    for (const tableId of tableIds)
      if (isNew(this.#tables, tableId)) sessions.usesTable(this.#id, tableId, this.#sessionCounts);
  }
}

function isNew(known: Set<number>, id: number): boolean {
  const before = known.size;
  return known.add(id).size > before;
}

/** A number as a row has it: null where the source of an import does not tell. */
function told(value: number): number | null {
  return value === UNTOLD ? null : value;
}

function functionCall(oid: number) {
  return { ...NO_FACTS, verb: 'FUNCTION CALL', fingerprintText: `function call ${oid}` };
}
