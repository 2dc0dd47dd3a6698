/** What a server says beside results, on a session with a lane: errors, notices, notifications and parameters. */
import type { SessionRecorder } from '../../recorder/recorder.ts';
import type { Exchange, Expected, RunningStatement } from '../exchange.ts';
import { readNotification } from '../wire/backend.ts';
import { channelsOf, maskNotification, maskParameter, type Shown } from './asides.ts';
import { judgedNow } from './columns.ts';
import type { Lane } from './lane.ts';
import { isApart, ownReach, type Reach } from './reach.ts';
import { maskReport, type Said } from './report.ts';
import { scrubOf } from './scrub.ts';
import type { Tally, Where } from './tally.ts';

export class MaskedSayings {
  readonly #recorder: SessionRecorder;
  readonly #exchange: Exchange;
  readonly #tally: Tally;
  /** Channels that the agent's texts LISTEN to. */
  readonly #channels = new Set<string>();
  /** Something else than pure functions of PostgreSQL ran in the transaction: what it put off may still come. */
  #opened = false;

  constructor(recorder: SessionRecorder, exchange: Exchange, tally: Tally) {
    this.#recorder = recorder;
    this.#exchange = exchange;
    this.#tally = tally;
  }

  /** One SQL statement of the agent ended. */
  ran(statement: RunningStatement, tag: string): void {
    const { lane } = this.#exchange;
    if (lane === null) return;
    if (!isClosed(statement) && !isApart(judgedNow(statement), lane)) this.#opened = true;
    if (tag !== 'LISTEN') return;
    const text = statement.sql ?? statement.portal?.prepared?.source;
    for (const channel of channelsOf(text?.toString('utf8') ?? '')) this.#channels.add(channel);
  }

  /** ReadyForQuery. */
  ready(transaction: string): void {
    if (transaction === 'I') this.#opened = false;
  }

  /** ErrorResponse or NoticeResponse as the agent and the record get it. */
  report(message: Buffer, where: 'error' | 'notice', lane: Lane): Said {
    const next = this.#exchange.next();
    const said = maskReport(
      message,
      this.#reach(next, message, lane),
      lane,
      scrubOf(lane, where, this.#tally),
    );
    this.#told(next, where, said.withheld);
    return lane.enforced ? said : { ...said, wire: message };
  }

  notification(message: Buffer, lane: Lane): Shown {
    const scrub = scrubOf(lane, 'notification', this.#tally);
    const { process } = this.#exchange;
    const own = !this.#opened && process !== 0 && readNotification(message).backend === process;
    const shown = maskNotification(message, { channels: this.#channels, own }, lane, scrub);
    this.#told(undefined, 'notification', shown.withheld);
    return shown;
  }

  parameter(message: Buffer, lane: Lane): Shown {
    const next = this.#exchange.next();
    const closed = this.#closed(next);
    const shown = maskParameter(message, closed, lane, scrubOf(lane, 'parameter status', this.#tally));
    this.#told(next, 'parameter status', shown.withheld);
    return shown;
  }

  #told(next: Expected | undefined, where: Where, withheld: readonly string[]): void {
    const statement = statementOf(next)?.number ?? 0;
    // What answers no statement has no outcome at which it could be counted.
    if (statement === 0) this.#tally.record(this.#recorder, 0, 0);
    if (withheld.length > 0)
      this.#recorder.record('withheld', { statement, where, what: withheld.join(', ') });
  }

  #reach(next: Expected | undefined, message: Buffer, lane: Lane): Reach {
    const statement = statementOf(next);
    const own = statement === null || statement.refusal !== null ? null : ownReach(statement, message, lane);
    return own ?? (this.#closed(next) ? 'names' : 'anything');
  }

  /** Whether nothing ran that could have put a value into what the server says now. */
  #closed(next: Expected | undefined): boolean {
    if (next?.kind === 'parse') return true; // nothing of it runs before it is bound
    const statement = statementOf(next);
    // The server reads what was sent in place of a refused statement, and fails on it.
    if (statement !== null && statement.refusal !== null) return true;
    if (this.#opened) return false;
    if (statement !== null) return isClosed(statement);
    if (next?.kind !== 'bind') return true;
    return next.named.judgement?.judged?.statements[0]?.lineage?.closed === true;
  }
}

function isClosed(statement: RunningStatement): boolean {
  return judgedNow(statement)?.lineage?.closed === true;
}

function statementOf(next: Expected | undefined): RunningStatement | null {
  switch (next?.kind) {
    case 'query':
    case 'execute':
    case 'functionCall':
      return next.statement;
    default:
      return null;
  }
}
