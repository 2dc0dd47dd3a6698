/** Whose answer a message of the server is, and what is owed no more with it; a message that is nobody's breaks the protocol. */
import type { Exchange, RunningStatement } from './exchange.ts';
import { misplaced } from './wire/backend.ts';

/** Rows of a Query come behind their description; those of a portal may have been described before, or never. */
export function rowOwner(exchange: Exchange): RunningStatement {
  const next = exchange.next();
  if (next?.kind === 'execute' && !next.statement.copyingOut) return next.statement;
  if (next?.kind === 'query' && next.statement.columns >= 0 && !next.statement.failed) return next.statement;
  throw misplaced('a row');
}

/** The statement whose COPY data come. */
export function copyOwner(exchange: Exchange): RunningStatement {
  const statement = runningStatement(exchange, 'COPY data');
  if (!statement.copyingOut) throw misplaced('COPY data');
  return statement;
}

/** The statement that the server works on. */
export function runningStatement(exchange: Exchange, what: string): RunningStatement {
  const next = exchange.next();
  if ((next?.kind === 'query' || next?.kind === 'execute') && !next.statement.failed) return next.statement;
  throw misplaced(what);
}

/** The answer to a Parse, Bind or Close: what it was to name is named. */
export function takeAcknowledged(exchange: Exchange, kind: 'parse' | 'bind' | 'close'): void {
  const next = exchange.next();
  if (next?.kind !== kind) throw misplaced(`the answer to a ${kind}`);
  exchange.expected.shift();
  exchange.symbols.confirm(next.named);
}

/** ReadyForQuery ends a Query or a FunctionCall, or answers a Sync. */
export function takeReady(exchange: Exchange): void {
  const { expected, symbols } = exchange;
  const next = exchange.next();
  if (next?.kind === 'query' && next.statement.answered) {
    symbols.openQueries--;
    symbols.dropUnnamedStatement();
    symbols.dropUnnamedPortal();
  } else if (next?.kind !== 'sync' && !(next?.kind === 'functionCall' && next.statement.answered)) {
    if (exchange.spareReadies === 0) throw misplaced('a ReadyForQuery');
    exchange.spareReadies--;
    exchange.discarding = false;
    return;
  }
  expected.shift();
}
