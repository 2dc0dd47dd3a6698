/** Turns the events of one log into messages for one sink. */
import type { SessionId, SessionRow } from '../../shared/api/session.ts';
import { termsOf } from '../../shared/filter/filter.ts';
import { asksStatements, matchesSession, matchesStatement } from '../../shared/filter/matches.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { Event, EventOf } from '../../shared/recording/event.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { leafHash } from '../../shared/recording/tree.ts';
import { sha256 } from '../archive/ed25519.ts';
import { ownText } from '../archive/lines/asked.ts';
import { gravityOf } from '../archive/lines/activity.ts';
import type { Act, RecordedSession, StatementRecord } from '../archive/lines/record.ts';
import { askedSession, askedStatement } from '../archive/sqlite/asked-rows.ts';
import type { Followed, FollowedStatement, LogFollower } from '../archive/sqlite/log-follower.ts';
import { actOf, endOf, isAct } from './acts.ts';
import { SessionNotes } from './session-notes.ts';
import type { SinkConfig, StreamMessage } from './sink.ts';
import { type Writing, writingOf } from './written.ts';

type Asked = Pick<StatementRecord, 'text' | 'parameters'>;

export interface TellerOptions {
  /** Hex. */
  readonly log: string;
  /** Sessions without an end, by id. */
  readonly open: readonly string[];
  /** Name and version. */
  readonly software: string;
  /** µs. */
  readonly now: () => number;
}

export class Teller {
  readonly #log: string;
  readonly #now: () => number;
  readonly #follower: LogFollower;
  readonly #sink: SinkConfig;
  readonly #writing: Writing;
  readonly #sends: ReadonlySet<string>;
  readonly #filter;
  readonly #asksStatements: boolean;
  readonly #asksTexts: boolean;
  readonly #notes: SessionNotes;
  /** Sessions without an end yet: of those the start of the next log, or its recovery, is the end. */
  readonly open: Set<SessionId>;
  #messages: StreamMessage[] = [];
  #rows = new Map<SessionId, SessionRow | null>();

  constructor(follower: LogFollower, sink: SinkConfig, { log, open, software, now }: TellerOptions) {
    this.#log = log;
    this.#now = now;
    this.#follower = follower;
    this.#sink = sink;
    this.#writing = writingOf(sink.format, software);
    this.#sends = new Set(sink.send);
    this.#filter = parseFilter(sink.filter).filter ?? null;
    const fields = this.#filter === null ? [] : termsOf(this.#filter.root).map(({ field }) => field);
    this.#asksTexts = fields.includes('text') || fields.includes('sql');
    this.#asksStatements = this.#filter !== null && asksStatements(this.#filter);
    this.#notes = new SessionNotes((id) => follower.beginningOf(id));
    this.open = new Set(open as SessionId[]);
  }

  /** Takes events that were told already, for what later ones refer to. */
  remember({ events }: Followed): void {
    for (const stored of events) this.#note(stored);
  }

  /** What is to be sent of these. */
  messages({ events, gap }: Followed): StreamMessage[] {
    this.#messages = [];
    this.#rows = new Map();
    const ended = this.#statementsOf(events);
    for (const stored of events) {
      this.#note(stored);
      this.#tell(stored, ended);
    }
    if (gap !== null) this.#lost(gap);
    return this.#messages;
  }

  #note(stored: StoredEvent): void {
    const { event } = stored;
    if (event.session === null) return;
    const id = idOf(event.session);
    if (event.kind === 'sessionOpened') this.open.add(id);
    this.#notes.of(id, event.kind === 'sessionOpened').note(stored);
  }

  #tell(stored: StoredEvent, ended: ReadonlyMap<string, FollowedStatement>): void {
    const { event } = stored;
    const id = event.session === null ? null : idOf(event.session);
    switch (event.kind) {
      case 'connected':
        if (id !== null) this.#session(event, id);
        break;
      case 'outcome':
        if (id !== null) this.#ended(event, id, ended);
        break;
      case 'sessionClosed':
        if (id !== null) this.#closed(event, id, event.fields);
        break;
      case 'logOpened':
      case 'recovered':
        this.#abandoned(event);
        break;
      default:
    }
    if (this.#sends.has('record') || (this.#sends.has('acts') && isAct(event.kind))) this.#event(stored, id);
  }

  #session(event: Event, id: SessionId): void {
    const session = this.#recorded(id);
    if (!this.#sends.has('sessions') || session === null || !this.#fits(session)) return;
    this.#push(event, 'session', session, id, 0, this.#writing.session(session));
  }

  /** A failed one ends those behind it in its text, too. */
  #ended(event: EventOf<'outcome'>, id: SessionId, ended: ReadonlyMap<string, FollowedStatement>): void {
    const { statement, ordinal, status } = event.fields;
    const found = ended.get(`${id}/${statement}/${ordinal}`);
    if (found !== undefined) this.#statement(event, id, found);
    if (status !== 'failed' || !this.#sends.has('statements')) return;
    const count = this.#follower.ordinals(id, statement);
    const behind = Array.from({ length: Math.max(0, count - ordinal - 1) }, (_, i) => {
      return { session: id, statement, ordinal: ordinal + 1 + i };
    });
    for (const skipped of this.#follower.statements(behind))
      this.#statement(event, id, { ...skipped, row: { ...skipped.row, status: 'skipped' } });
  }

  #closed(event: Event, id: SessionId, end: { readonly outcome: string; readonly reason: string }): void {
    if (this.#sends.has('statements'))
      for (const statement of this.#follower.unended(id)) this.#statement(event, id, statement);
    const session = this.#recorded(id);
    this.open.delete(id);
    if (this.#sends.has('sessions') && session !== null && this.#fits(session)) {
      if (end.outcome === 'refused' && session.facts.target === null)
        this.#push(event, 'session', session, id, 1, this.#writing.session(session));
      else this.#act(endOf(event, id, end, session.row), session);
    }
    this.#notes.forget(id);
  }

  /** Sessions belong to one run of a gateway: those that lived before have ended, and nobody recorded how. */
  #abandoned(event: Event): void {
    for (const id of this.open) {
      const row = this.#row(id);
      if (row !== null && (row.outcome === 'live' || row.outcome === 'unknown'))
        this.#closed(event, id, { outcome: 'unknown', reason: '' });
    }
    this.open.clear();
  }

  #statement(event: Event, id: SessionId, found: FollowedStatement): void {
    const session = this.#recorded(id);
    if (session === null || !this.#fits(session, found)) return;
    const record = this.#record(id, found);
    const { row } = record;
    this.#push(
      event,
      'statement',
      session,
      `${id}/${row.statement}/${row.ordinal}`,
      gravityOf(record),
      this.#writing.statement(record, session),
    );
  }

  #record(id: SessionId, found: FollowedStatement): StatementRecord {
    const { row, intent } = found;
    const noted = this.#notes.of(id);
    const notes = noted.statement(row.statement);
    const { sql } = this.#sink.values;
    return {
      row: sql === 'recorded' ? row : { ...row, errorMessage: null },
      ...this.#asked(found, (name) => noted.described(name)),
      decision: notes.decision,
      votes: notes.votes,
      holdEnded: notes.holdEnded,
      maskedColumns: notes.maskedColumns(row.ordinal),
      leaf: {
        hash: intent === null ? new Uint8Array(32) : leafHash(sha256, intent.bytes),
        index: intent?.event.index ?? 0,
      },
    };
  }

  /** As much of what was asked as the configuration lets out. */
  #asked(found: FollowedStatement, described: (name: string) => readonly number[]): Asked {
    const { sql, parameters, limit } = this.#sink.values;
    const asked = found.asked(described);
    const text =
      sql === 'recorded'
        ? ownText(found.row, asked.text)
        : sql === 'normalised'
          ? found.searched().normalised
          : ({ missing: 'not sent' } as const);
    const given = parameters ? asked.parameters : ({ missing: 'not sent' } as const);
    return {
      text: typeof text === 'string' ? cut(text, limit) : text,
      parameters:
        'missing' in given
          ? given
          : given.map((one) =>
              Object.assign({}, one, { text: one.text === null ? null : cut(one.text, limit) }),
            ),
    };
  }

  #event(stored: StoredEvent, id: SessionId | null): void {
    const session = id === null ? null : this.#recorded(id);
    if (isImported(stored.event) || (id !== null && this.#row(id)?.imported)) return;
    if (!this.#fitsEvent(stored.event, session)) return;
    this.#act(actOf(stored, this.#sink.values.sql === 'recorded'), session);
  }

  /** Events of the log itself meet no filter. */
  #fitsEvent({ fields }: Event, session: RecordedSession | null): boolean {
    if (this.#sink.filter === '') return true;
    if (session === null) return false;
    if (!this.#asksStatements || !('statement' in fields)) return this.#fits(session);
    const place = { session: session.row.id, statement: fields.statement, ordinal: 0 };
    const [found] = this.#follower.statements([place]);
    return found !== undefined && this.#fits(session, found);
  }

  #act(act: Act, session: RecordedSession | null): void {
    this.#push(act, 'act', session, act.id, act.gravity, this.#writing.act(act, session));
  }

  /** What retention removed before it was sent is not passed over in silence. */
  #lost({ from, to }: { readonly from: number; readonly to: number }): void {
    const log = this.#log;
    this.#act(
      {
        id: `${log}/${from}-${to}/gap`,
        kind: 'gap',
        time: this.#now(),
        log,
        index: to,
        sentence: `Events ${from} to ${to - 1} could not be sent: the archive does not have them any more`,
        gravity: 3,
        fields: { from, to },
      },
      null,
    );
  }

  #push(
    { time, index }: Pick<Event, 'time' | 'index'>,
    type: StreamMessage['type'],
    session: RecordedSession | null,
    id: string,
    gravity: Act['gravity'],
    line: string,
  ): void {
    this.#messages.push({
      id,
      type,
      log: this.#log,
      index,
      time,
      session: session?.row.id ?? null,
      gravity,
      line: line.trimEnd(),
    });
  }

  /** The filter is asked about what is known by now. */
  #fits({ row }: RecordedSession, found?: FollowedStatement): boolean {
    const filter = this.#filter;
    if (filter === null) return true;
    const session = askedSession(row);
    if (found === undefined) return matchesSession(filter, session, []);
    const { normalised, texts } = this.#asksTexts ? found.searched() : { normalised: '', texts: [] };
    return matchesStatement(filter, session, askedStatement(found.row, normalised, texts));
  }

  /** What an import wrote into the archive is no news of this gateway. */
  #recorded(id: SessionId): RecordedSession | null {
    const row = this.#row(id);
    return row === null || row.imported !== null ? null : { row, facts: this.#notes.of(id).facts };
  }

  #row(id: SessionId): SessionRow | null {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const row = this.#follower.session(id);
    this.#rows.set(id, row);
    return row;
  }

  /** Asked for at once: for each by itself a store takes many times as long. */
  #statementsOf(events: readonly StoredEvent[]): ReadonlyMap<string, FollowedStatement> {
    if (!this.#sends.has('statements')) return new Map();
    const places = events.flatMap(({ event }) =>
      event.kind !== 'outcome' || event.session === null || event.fields.statement === 0
        ? []
        : [
            {
              session: idOf(event.session),
              statement: event.fields.statement,
              ordinal: event.fields.ordinal,
            },
          ],
    );
    return new Map(
      this.#follower
        .statements(places)
        .map((found) => [`${found.row.session}/${found.row.statement}/${found.row.ordinal}`, found]),
    );
  }
}

function isImported(event: Event): boolean {
  return event.kind === 'logOpened' && event.fields.durability === 'imported';
}

function idOf(session: Uint8Array): SessionId {
  return Buffer.from(session).toString('hex') as SessionId;
}

/** Says how long it was. */
function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`;
}
