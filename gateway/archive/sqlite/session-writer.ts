/** Turns the events of one session into its rows: the session's own, and one for each SQL statement. */
import { UNTOLD, type EventFields, type EventOf } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import type { FactsOf } from '../archive.ts';
import { DecidedRows } from './decided-rows.ts';
import type { Dictionaries, KnownText } from './dictionaries.ts';
import type { SessionSegments } from './segments.ts';
import { SessionMemory } from './session-memory.ts';
import type { Counters, SessionRows, StoredSession } from './session-rows.ts';
import { SessionTexts, type KnownStatement } from './session-texts.ts';
import type { Slice } from './sql-text.ts';
import { UnreadyRows } from './unready-rows.ts';
import type { Ending, OpenRow, OpenStatement } from './open-statement.ts';
import type { StatementRows } from './statement-rows.ts';
import type { UsageCounts } from './usage-counts.ts';

/** Of a statement that no text tells of. */
const NO_FACTS = { class: '', tables: [], columns: [], functions: [] } as const;

/** What the writers of all sessions of a volume share. */
export interface VolumeParts {
  readonly sessions: SessionRows;
  readonly statements: StatementRows;
  readonly dictionaries: Dictionaries;
  readonly counts: UsageCounts;
  readonly factsOf: FactsOf;
  /** SQL text in the payload of a stored event; null when it is not there. */
  readonly storedText: (sessionId: number, sequence: number) => Uint8Array | null;
}

export class SessionWriter {
  readonly id: number;
  readonly segments: SessionSegments;
  /** What is needed to go on with it elsewhere. */
  readonly memory: SessionMemory;
  readonly #parts: VolumeParts;
  readonly #counters: Counters;
  /** Sessions are counted in the volume that they began in. */
  readonly #carried: boolean;
  #jobId: number | null;
  #attested: boolean;
  #imported = false;
  readonly #texts: SessionTexts;
  readonly #open = new Map<number, OpenStatement>();
  readonly #unready: UnreadyRows;
  readonly #decided: DecidedRows;
  readonly #uses = new Set<number>();
  readonly #verbs = new Set<number>();
  readonly #tables = new Set<number>();
  /** What is taken was taken before, by an earlier run of the shipper: its rows are there. */
  #resuming = false;
  /** Set once the session is over: nothing follows. */
  closed = false;

  constructor(
    stored: StoredSession,
    segments: SessionSegments,
    parts: VolumeParts,
    memory = new SessionMemory(),
  ) {
    this.id = stored.id;
    this.segments = segments;
    this.memory = memory;
    this.#parts = parts;
    const { statements, rows, errors, bytes, events, denied, held, masked } = stored;
    this.#counters = { statements, rows, errors, bytes, events, denied, held, masked };
    this.#carried = stored.carried === 1;
    this.#jobId = stored.job_id;
    this.#attested = stored.provenance === 'attested';
    this.#texts = new SessionTexts(stored.id, parts);
    this.#unready = new UnreadyRows(parts.statements, events > 0);
    this.#decided = new DecidedRows(stored, parts, this.#counters, this.#open);
  }

  /** Takes the session's next event. */
  apply(stored: StoredEvent): void {
    this.memory.note(stored.event);
    this.#project(stored);
  }

  /**
   * Takes an event again to go on from it: one that an earlier volume has, or with `resumed` one that an earlier run of the
   * shipper took. It is counted where it is, and so is a statement where its row is; of one that is not `open` the text alone
   * is of use.
   */
  repeat(
    stored: StoredEvent,
    { resumed, open }: { readonly resumed: boolean; readonly open: boolean },
  ): void {
    const { event } = stored;
    if (event.kind === 'statement' && !open) {
      this.#texts.take(event.sequence, stored.payloads['text']);
      return;
    }
    const before = { ...this.#counters };
    this.#resuming = resumed;
    this.#project(stored);
    this.#resuming = false;
    const { statements } = resumed ? before : this.#counters;
    Object.assign(this.#counters, before, { statements });
  }

  /** So many statements go on in the next volume; {@link commit} follows, and nothing else. */
  leave(statements: number): void {
    this.#counters.statements -= statements;
    this.#open.clear();
  }

  #project(stored: StoredEvent): void {
    const { event } = stored;
    this.#counters.events++;
    switch (event.kind) {
      case 'identity':
        return this.#onIdentity(event.fields);
      case 'connected':
        return this.#parts.sessions.login(this.id, event.fields.user);
      case 'imported':
        this.#imported = true;
        return this.#parts.sessions.source(this.id, event.fields);
      case 'ciContext':
        return this.#onCiContext(event);
      case 'ciMismatch':
        return this.#parts.sessions.mismatch(this.id, event.fields.asserted);
      case 'parse':
      case 'prepared':
        this.#texts.take(event.sequence, stored.payloads['text']);
        return;
      case 'statement':
        return this.#onStatement(event, stored);
      case 'functionCall':
        return this.#start(event.fields.statement, event, event.sequence, [
          { known: this.#parts.dictionaries.text(functionCall(event.fields.function)), slice: null },
        ]);
      case 'outcome':
        return this.#onOutcome(event);
      case 'ready':
        return this.#onReady(event.fields.transaction);
      case 'runs':
        return this.#onRuns(event.fields);
      case 'transactionEnded':
        this.#unready.store(this.id);
        if (event.fields.outcome === 'rolled back') this.#parts.statements.rollBack(this.id, event.fields);
        return;
      case 'policyApplied':
      case 'decision':
      case 'vote':
      case 'holdEnded':
      case 'columnsMasked':
      case 'detected':
        return this.#decided.apply(event);
      case 'copyIn':
      case 'copyOut':
        this.#counters.bytes += event.fields.data.length;
        return;
      case 'sessionClosed':
        this.closed = true;
        return this.#parts.sessions.close(this.id, event.time, event.fields);
      default:
    }
  }

  /** Makes visible what is awaited and what was counted. `changed` is the volume's count of events. */
  commit(changed: number): void {
    this.#unready.store(this.id);
    for (const statement of this.#open.values()) {
      for (const row of statement.rows) this.#parts.statements.show(this.id, statement, row);
    }
    if (this.closed) this.segments.merge();
    else this.segments.flush();
    this.#parts.sessions.count(this.id, this.#counters, changed);
  }

  #onIdentity(fields: EventFields<'identity'>): void {
    const known = this.#parts.dictionaries.token(fields);
    this.#parts.sessions.identify(this.id, known);
    if (!this.#carried && !this.#resuming) this.#parts.counts.add('agentSessions', known.agentId);
  }

  /** A verified claim outranks the agent's own word; the first of each kind counts. */
  #onCiContext(event: EventOf<'ciContext'>): void {
    const attested = event.fields.provenance === 'attested';
    if (this.#jobId !== null && (this.#attested || !attested)) return;
    this.#attested = attested;
    const { counts } = this.#parts;
    if (!this.#carried && this.#jobId !== null) counts.add('jobSessions', this.#jobId, -1);
    this.#jobId = this.#parts.dictionaries.job(event.fields);
    if (!this.#carried) counts.add('jobSessions', this.#jobId);
    if (this.#counters.statements > 0) this.#parts.statements.assign(this.id, this.#jobId);
    this.#parts.sessions.assign(this.id, this.#jobId);
  }

  #onStatement(event: EventOf<'statement'>, stored: StoredEvent): void {
    const { statement, parsedAt, protocol } = event.fields;
    const text = stored.payloads['text'];
    if (text === undefined) {
      this.#start(statement, event, parsedAt ?? event.sequence, this.#texts.at(parsedAt));
      return;
    }
    const statements =
      protocol === 'extended' ? this.#texts.take(event.sequence, text) : this.#texts.read(text);
    this.#start(statement, event, event.sequence, statements);
  }

  #start(
    number: number,
    event: { readonly sequence: number; readonly time: number },
    textSequence: number,
    statements: readonly KnownStatement[],
  ): void {
    const rows = statements.map(({ known, slice }, ordinal) => this.#begin(number, known, slice, ordinal));
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
    const found = this.#resuming ? statements.resume(this.id, number, known, slice, ordinal) : null;
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
    if (statement === undefined) this.#parts.statements.endStored(this.id, fields, ending);
    else this.#endRow(statement, fields.ordinal, ending, fields.tag);
    if (fields.transaction !== null) this.#onReady(fields.transaction);
  }

  #endRow(statement: OpenStatement, ordinal: number, ending: Ending, tag: string): void {
    const last = statement.rows.at(-1);
    if (last !== undefined && ordinal >= statement.rows.length) {
      const known = this.#unseen(last.known, tag);
      statement.rows.push(this.#begin(statement.number, known, last.slice, ordinal));
      this.#counters.statements++;
    }
    const row = statement.rows[ordinal];
    if (row === undefined) return;
    if (this.#imported) this.#endImported(statement, row, ending);
    else this.#unready.end(this.id, statement, row, ending);
  }

  /** Its source tells of no ReadyForQuery: what ended is settled. */
  #endImported(statement: OpenStatement, row: OpenRow, ending: Ending): void {
    this.#parts.statements.end(this.id, statement, row, ending);
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
    this.#unready.ready(this.id, transaction);
    this.#endQueries(transaction);
  }

  /** After ReadyForQuery nothing more comes for a Query that answered: what it did not reach was skipped. */
  #endQueries(transaction: string): void {
    for (const [number, statement] of this.#open) {
      if (!statement.rows.some((row) => row.ended)) continue;
      for (const row of statement.rows) {
        if (row.ended) continue;
        this.#parts.statements.end(this.id, statement, row, {
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
    const { sessions, counts } = this.#parts;
    const counted = this.#carried ? null : counts;
    if (isNew(this.#verbs, verbId)) sessions.usesVerb(this.id, verbId, counted);
    for (const tableId of tableIds)
      if (isNew(this.#tables, tableId)) sessions.usesTable(this.id, tableId, counted);
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
