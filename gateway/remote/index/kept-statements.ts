/** Statements while a log is folded: those whose fate is open are at hand, the others are in the index alone. */
import type { EventFields } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { UNKNOWN, type Ending, type OpenRow, type OpenStatement } from '../../archive/fold/open-statement.ts';
import { errorIn, shownText, TEXT_GONE } from '../../archive/fold/shown-text.ts';
import type { Slice } from '../../archive/fold/sql-text.ts';
import type { KnownText, Range, StatementStore } from '../../archive/fold/store.ts';
import type { KeptSession, KeptSessions } from './kept-sessions.ts';
import type { Names, NamedText } from './names.ts';
import type { Amendment, StatementIndexRow, TableIndexRow, WithdrawnIndexRow } from './rows.ts';

/** Where events of a session are found that a row shows something of. */
export interface EventsAtHand {
  /** Index in the log of a statement's intent. */
  positionOf(sessionKey: number, sequence: number): number;
  /** null: it is not there. */
  eventOf(sessionKey: number, sequence: number): StoredEvent | null;
}

/** One SQL statement. */
interface KeptStatement {
  readonly open: OpenRow;
  readonly text: NamedText;
  readonly masks: Set<number>;
  readonly approvers: Set<number>;
  stored: Stored | null;
}

/** What is known of it once it is to be shown. */
interface Stored {
  readonly session: KeptSession;
  readonly statement: OpenStatement;
  readonly position: number;
  shown: ReturnType<typeof shownText>;
  /** What is left of the normal form of its text. */
  normal: string;
  ending: Ending;
  errorMessage: string | null;
  /** Indexes in the log of the events that these are shown of. */
  readonly textAt: number;
  errorAt: number | null;
  /** Tables whose rows are inserted. */
  readonly placed: Set<string>;
}

export class KeptStatements implements StatementStore {
  readonly #names: Names;
  readonly #sessions: KeptSessions;
  readonly #events: EventsAtHand;
  readonly #rows = new Map<number, KeptStatement>();
  /** Of each session, by number. */
  readonly #bySession = new Map<number, Map<number, KeptStatement[]>>();
  /** The greatest number of a session whose row is not at hand. */
  readonly #settled = new Map<number, number>();
  readonly #changed = new Set<KeptStatement>();
  #amendments: { readonly session: KeptSession; readonly range: Range | null }[] = [];
  #last = 0;

  constructor(names: Names, sessions: KeptSessions, events: EventsAtHand) {
    this.#names = names;
    this.#sessions = sessions;
    this.#events = events;
  }

  /** Rows of all that changed since the last time. */
  taken(
    log: string,
    version: number,
  ): {
    readonly statements: StatementIndexRow[];
    readonly tables: TableIndexRow[];
    readonly amendments: Amendment[];
  } {
    const statements: StatementIndexRow[] = [];
    const tables: TableIndexRow[] = [];
    for (const kept of this.#changed) {
      const { stored } = kept;
      if (stored === null) continue;
      const row = this.#rowOf(kept, stored, log, version);
      statements.push(row);
      for (const name of new Set(row.tables)) {
        if (stored.placed.has(name)) continue;
        stored.placed.add(name);
        const { time, position, ordinal, connection } = row;
        tables.push({ name, time, log, position, ordinal, connection });
      }
    }
    this.#changed.clear();
    const amendments = this.#amendments.map(({ session: { id, job }, range }): Amendment => ({
      session: id,
      version,
      change: range === null ? { kind: 'job', job: job?.row.key ?? '' } : { kind: 'rolled-back', ...range },
    }));
    this.#amendments = [];
    return { statements, tables, amendments };
  }

  /** Lets go of the statements of a session that nothing more can become of. */
  settleBut(sessionKey: number, open: ReadonlySet<number>): void {
    const numbers = this.#bySession.get(sessionKey);
    if (numbers === undefined) return;
    for (const [number, rows] of numbers) {
      if (open.has(number) || rows.some(({ open: row }) => !row.ended)) continue;
      numbers.delete(number);
      for (const { open: row } of rows) this.#rows.delete(row.id);
      this.#settled.set(sessionKey, Math.max(number, this.#settled.get(sessionKey) ?? 0));
    }
  }

  /** Nothing more comes of a session. */
  forget(sessionKey: number): void {
    for (const rows of this.#bySession.get(sessionKey)?.values() ?? [])
      for (const { open } of rows) this.#rows.delete(open.id);
    this.#bySession.delete(sessionKey);
    this.#settled.delete(sessionKey);
  }

  /** What rows at hand show of events that were taken out of the record goes. */
  withdraw({ session, event }: WithdrawnIndexRow): void {
    const isGone = (stored: Stored, at: number | null): boolean =>
      session === '' ? at === event : stored.session.id === session && stored.position < event;
    for (const { stored } of this.#rows.values()) {
      if (stored === null) continue;
      if (isGone(stored, stored.textAt)) {
        stored.shown = { text: TEXT_GONE, textTruncated: false, masked: false };
        stored.normal = '';
      }
      if (isGone(stored, stored.errorAt)) stored.errorMessage = null;
    }
  }

  begin(known: KnownText, slice: Slice | null, ordinal: number): OpenRow {
    const id = ++this.#last;
    const open: OpenRow = {
      known,
      slice,
      ordinal,
      id,
      stored: false,
      ended: false,
      masked: false,
      others: [],
      words: null,
    };
    // Every text of the fold comes from the dictionary that it was given.
    const text = known as NamedText;
    this.#rows.set(id, { open, text, masks: new Set(), approvers: new Set(), stored: null });
    return open;
  }

  /** An indexer folds a session from its beginning. */
  resume(): OpenRow | null {
    return null;
  }

  end(sessionKey: number, statement: OpenStatement, row: OpenRow, ending: Ending): void {
    row.ended = true;
    this.#store(sessionKey, statement, row, ending);
  }

  show(sessionKey: number, statement: OpenStatement, row: OpenRow): void {
    if (!row.stored) this.#store(sessionKey, statement, row, UNKNOWN);
  }

  settle(id: number, transaction: string): void {
    const kept = this.#rows.get(id);
    if (kept?.stored) this.#end(kept, kept.stored, { ...kept.stored.ending, transaction });
  }

  /** An indexer folds a session from its beginning. */
  settleAll(): void {
    return;
  }

  rollBack(sessionKey: number, range: Range): void {
    const { first, firstOrdinal, last, lastOrdinal } = range;
    for (const [number, rows] of this.#bySession.get(sessionKey) ?? []) {
      for (const kept of rows) {
        const { ordinal } = kept.open;
        const isWithin =
          (number > first || (number === first && ordinal >= firstOrdinal)) &&
          (number < last || (number === last && ordinal <= lastOrdinal));
        const { stored } = kept;
        if (!isWithin || stored === null) continue;
        if (stored.ending.status === 'completed' || stored.ending.status === 'suspended')
          this.#end(kept, stored, { ...stored.ending, status: 'rolled-back' });
      }
    }
    if ((this.#settled.get(sessionKey) ?? 0) >= first)
      this.#amendments.push({ session: this.#sessions.of(sessionKey), range });
  }

  touch(row: OpenRow, tableIds: readonly number[]): void {
    for (const id of tableIds) {
      if (row.known.tableIds.includes(id) || row.others.includes(id)) continue;
      row.others.push(id);
      const kept = this.#rows.get(row.id);
      if (kept?.stored) {
        this.#count(kept.stored.session.tables, this.#names.tableName(id));
        this.#changed.add(kept);
      }
    }
  }

  decide(sessionKey: number, number: number, statement: OpenStatement | undefined, verdictId: number): void {
    if (statement !== undefined) statement.verdictId = verdictId;
    for (const kept of this.#of(sessionKey, number)) {
      if (kept.stored === null) continue;
      kept.stored.statement.verdictId = verdictId;
      this.#changed.add(kept);
    }
  }

  storedVerdict(sessionKey: number, number: number): number | null {
    return this.#of(sessionKey, number)[0]?.stored?.statement.verdictId ?? null;
  }

  mask(id: number, maskIds: readonly number[]): void {
    const kept = this.#rows.get(id);
    if (kept === undefined) return;
    for (const maskId of maskIds) kept.masks.add(maskId);
    this.#changed.add(kept);
  }

  storedIds(sessionKey: number, number: number): readonly number[] {
    return this.#of(sessionKey, number).map(({ open }) => open.id);
  }

  storedId(sessionKey: number, number: number, ordinal: number): number | undefined {
    return this.#of(sessionKey, number).find(({ open }) => open.ordinal === ordinal)?.open.id;
  }

  endStored(sessionKey: number, { statement, ordinal }: EventFields<'outcome'>, ending: Ending): void {
    const kept = this.#of(sessionKey, statement).find(({ open }) => open.ordinal === ordinal);
    if (kept?.stored) this.#end(kept, kept.stored, ending);
  }

  approve(id: number, approverId: number): void {
    const kept = this.#rows.get(id);
    if (kept === undefined) return;
    kept.approvers.add(approverId);
    this.#changed.add(kept);
  }

  assign(sessionKey: number): void {
    for (const rows of this.#bySession.get(sessionKey)?.values() ?? [])
      for (const kept of rows) this.#changed.add(kept);
    if (this.#settled.has(sessionKey))
      this.#amendments.push({ session: this.#sessions.of(sessionKey), range: null });
  }

  #of(sessionKey: number, number: number): readonly KeptStatement[] {
    return this.#bySession.get(sessionKey)?.get(number) ?? [];
  }

  #store(sessionKey: number, statement: OpenStatement, row: OpenRow, ending: Ending): void {
    const kept = this.#rows.get(row.id);
    if (kept === undefined) return;
    if (kept.stored === null) {
      const session = this.#sessions.of(sessionKey);
      const numbers = this.#bySession.get(sessionKey) ?? new Map<number, KeptStatement[]>();
      this.#bySession.set(sessionKey, numbers);
      numbers.set(statement.number, [...(numbers.get(statement.number) ?? []), kept]);
      kept.stored = {
        session,
        statement,
        position: this.#events.positionOf(sessionKey, statement.sequence),
        shown: shownText(this.#events.eventOf(sessionKey, statement.textSequence), row.slice, kept.text.text),
        ending,
        normal: kept.text.text,
        errorMessage: null,
        textAt: this.#events.positionOf(sessionKey, statement.textSequence),
        errorAt: null,
        placed: new Set(),
      };
      this.#count(session.verbs, kept.text.verb);
      for (const id of new Set([...row.known.tableIds, ...row.others]))
        this.#count(session.tables, this.#names.tableName(id));
    }
    row.stored = true;
    this.#end(kept, kept.stored, ending);
  }

  #end(kept: KeptStatement, stored: Stored, ending: Ending): void {
    stored.ending = ending;
    if (ending.status === 'failed' && ending.sequence !== null && stored.errorMessage === null) {
      stored.errorMessage = errorIn(this.#events.eventOf(stored.session.key, ending.sequence));
      stored.errorAt = this.#events.positionOf(stored.session.key, ending.sequence);
    }
    this.#changed.add(kept);
  }

  #count(counts: Map<string, number>, name: string): void {
    counts.set(name, 1 + (counts.get(name) ?? 0));
  }

  #rowOf(
    { open, text, masks, approvers }: KeptStatement,
    stored: Stored,
    log: string,
    version: number,
  ): StatementIndexRow {
    const { session, statement, ending, shown } = stored;
    const verdict = statement.verdictId === null ? null : this.#names.verdictOf(statement.verdictId);
    const ran = open.others.toSorted((a, b) => a - b).map((id) => this.#names.tableName(id));
    return {
      session: session.id,
      log,
      position: stored.position,
      ordinal: open.ordinal,
      version,
      number: statement.number,
      sequence: statement.sequence,
      outcome_sequence: ending.sequence,
      time: statement.time,
      duration: ending.duration,
      agent: session.token?.agent.key ?? '',
      job: session.job?.row.key ?? '',
      connection: session.opening.connection,
      verb: text.verb,
      class: text.class,
      fingerprint: text.fingerprint,
      normal: stored.normal,
      text: shown.text,
      text_truncated: Number(shown.textTruncated),
      text_masked: Number(shown.masked),
      tables: ran.length === 0 ? text.tables : [...new Set([...text.tables, ...ran])],
      columns: text.columns,
      functions: text.functions,
      rows: ending.rows,
      bytes: ending.bytes,
      status: ending.status,
      sqlstate: ending.sqlstate,
      error_message: stored.errorMessage,
      transaction: ending.transaction,
      decision: verdict?.decision ?? '',
      rules: verdict?.rules ?? [],
      severity: verdict?.severity ?? '',
      masks: [...masks].map((id) => this.#names.maskName(id)),
      approvers: [...approvers].map((id) => this.#names.approverName(id)),
      text_at: stored.textAt,
      error_at: stored.errorAt,
    };
  }
}
