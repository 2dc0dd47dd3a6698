/** What the agent sent and the server now owes an answer to, or discards. */
import type { SessionRecorder } from '../recorder/recorder.ts';
import { type Exchange, type Expected, SYNC } from './exchange.ts';

/** A message was sent. What the server discards until Sync is not answered; a statement among it was skipped. */
export function expectAnswer(entry: Expected, exchange: Exchange, recorder: SessionRecorder): void {
  exchange.copyRest = 0;
  exchange.inGroup = entry.kind !== 'query' && entry.kind !== 'functionCall';
  if (!exchange.discarding) {
    exchange.expected.push(entry);
    return;
  }
  const { symbols } = exchange;
  switch (entry.kind) {
    case 'parse':
    case 'bind':
    case 'close':
      return symbols.skip(entry.named);
    case 'execute':
      for (const named of entry.names ?? []) symbols.skip(named);
      entry.statement.skipped = true;
      return recordSkipped(recorder, entry.statement.number);
    case 'query':
    case 'functionCall':
      entry.statement.skipped = true;
      return recordSkipped(recorder, entry.statement.number);
    default:
  }
}

/** A Sync was sent; a server that awaits COPY data ignores it. */
export function expectReady(exchange: Exchange): void {
  exchange.inGroup = false;
  if (exchange.copyIn === null) {
    exchange.discarding = false;
    exchange.expected.push(SYNC);
  } else {
    exchange.copyIn.ignoredSyncs++;
  }
  exchange.symbols.endGroup();
}

/** Records the outcome of a statement that the server discarded. */
export function recordSkipped(recorder: SessionRecorder, statement: number): void {
  recorder.record('outcome', {
    statement,
    ordinal: 0,
    status: 'skipped',
    tag: '',
    rows: 0,
    bytes: 0,
    sqlstate: null,
    transaction: null,
    duration: 0,
    describedAt: null,
    answer: null,
  });
}
