/** Why a catalog could not be had. */
import type { Answer, Backend, Purpose } from './backend.ts';

/** `BUSY`: the backend cannot be asked now. `UNREADABLE`: the server answered with an error, or with what no server answers. */
export class CatalogError extends Error {
  readonly code: 'BUSY' | 'UNREADABLE';
  /** The server's, where it answered with an error. */
  readonly sqlstate: string | null;
  constructor(code: CatalogError['code'], message: string, sqlstate: string | null = null) {
    super(message);
    this.name = 'CatalogError';
    this.code = code;
    this.sqlstate = sqlstate;
  }
}

/** The rows of an answer. Throws {@link CatalogError}, and what {@link Backend.ask} rejects with. */
export async function askRows(
  backend: Backend,
  sql: string,
  parameters: readonly (string | null)[] = [],
  purpose: Purpose = 'catalog',
): Promise<readonly (readonly (string | null)[])[]> {
  if (!backend.free) throw new CatalogError('BUSY', 'the session’s backend cannot be asked now');
  const answer: Answer = await backend.ask({ purpose, sql, parameters });
  if ('rows' in answer) return answer.rows;
  const { sqlstate, message } = answer.error;
  throw new CatalogError('UNREADABLE', `the catalog cannot be read: ${sqlstate} ${message}`, sqlstate);
}

/** PostgreSQL's text form of an array (manual §8.15.6 "Array Input and Output Syntax"). */
export function arrayOf(items: Iterable<string | number>): string {
  const quoted = Array.from(items, (item) => `"${String(item).replaceAll(/["\\]/g, String.raw`\$&`)}"`);
  return `{${quoted.join(',')}}`;
}
