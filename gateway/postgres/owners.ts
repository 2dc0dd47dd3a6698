/** Whose answer a message of the server is; a message that is nobody's breaks the protocol. */
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
