/** One line about each word that fields take, for completion. */
import { errorPattern } from './error-class.ts';
import type { FilterField } from './filter.ts';

const MEANINGS: Readonly<Partial<Record<FilterField, Readonly<Record<string, string>>>>> = {
  attested: { yes: 'a verified token carries the CI job', no: 'none does' },
  ci: {
    attested: 'a verified token carries the CI job',
    asserted: 'the agent named its CI job, and nothing proves it',
    none: 'no CI job is known',
    mismatch: 'the agent named another CI job than its token carries',
  },
  outcome: {
    live: 'goes on',
    completed: 'ended in order',
    disconnected: 'the connection broke off',
    refused: 'never let in',
    failed: 'ended by an error',
    unknown: 'nobody knows how it ended',
  },
  class: {
    read: 'SELECT, COPY TO, EXPLAIN, SHOW, …',
    write: 'INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY FROM',
    schema: 'CREATE, ALTER, DROP, …',
    privilege: 'GRANT, REVOKE, roles, owners, row security',
    session: 'SET, LISTEN, PREPARE, LOCK, …',
    transaction: 'BEGIN, COMMIT, ROLLBACK, SAVEPOINT',
    procedure: 'DO, CALL',
    maintenance: 'VACUUM, ANALYZE, REINDEX, ALTER SYSTEM, …',
  },
  status: {
    completed: 'done, and kept',
    'rolled-back': 'done, and taken back with its transaction',
    suspended: 'only some of its rows were fetched',
    empty: 'there was no statement in it',
    failed: 'the server answered with an error',
    skipped: 'the server discarded it behind an error',
    unknown: 'sent, and no outcome is recorded',
  },
  policy: {
    denied: 'refused by a rule',
    held: 'waited for approval, whatever became of it',
    approved: 'held, and let go on',
    rejected: 'held, and refused by a person',
    timeout: 'held, and nobody decided in time',
    changed: 'held, and what it would do changed meanwhile',
    abandoned: 'held, and its agent went away',
    observed: 'a rule that only observes would have denied or held it',
    'observed-deny': 'a rule that only observes would have denied it',
    'observed-hold': 'a rule that only observes would have held it',
    allowed: 'let through',
  },
};

/** What `*` alone asks for. */
const ANY: Readonly<Partial<Record<FilterField, string>>> = {
  error: 'any error',
  rule: 'any rule decided',
  masked: 'anything was masked',
  approver: 'anybody approved',
};

/** What a word means as a value of a field; empty where it is a name that speaks for itself. */
export function meaningOf(field: FilterField, word: string): string {
  if (word === '*') return ANY[field] ?? '';
  if (field === 'error') return classOf(word);
  const meanings = MEANINGS[field];
  return meanings !== undefined && Object.hasOwn(meanings, word) ? (meanings[word] ?? '') : '';
}

/** The SQLSTATEs of a class that is named. */
function classOf(word: string): string {
  const pattern = errorPattern(word);
  return pattern === null || pattern === word ? '' : `SQLSTATE ${pattern}`;
}
