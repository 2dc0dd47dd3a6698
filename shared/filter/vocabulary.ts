/** What the fields of the filter language mean, and the words that some of them take. */
import { SEVERITIES } from '../policy/decision.ts';
import { STATEMENT_CLASSES } from '../policy/facts.ts';
import { DECISIONS, HELD, OBSERVED, type Decided } from '../policy/recorded-decision.ts';
import { SESSION_OUTCOMES, STATEMENT_STATUSES } from '../recording/event.ts';
import { ERROR_CLASS_NAMES } from './error-class.ts';
import { FILTER_FIELDS, type FilterField, type TermField } from './filter.ts';

/** All fields, in the order of the table. */
export const FIELD_NAMES = Object.keys(FILTER_FIELDS) as FilterField[];

/** One line about each field, for completion and help. */
export const FIELD_MEANINGS: Readonly<Record<FilterField, string>> = {
  token: 'start of a token’s fingerprint, its jti, subject, client or user id',
  issuer: 'issuer of the token',
  sub: 'subject of the token',
  client: 'client id of the token',
  group: 'a group the token carries',
  job: 'CI job as provider/run/job, whole or from its start',
  run: 'run of the CI job',
  repo: 'repository of the CI job',
  ci: 'attested, asserted, none, mismatch or a provider',
  attested: 'yes: a verified claim carries the CI job; no: none does',
  connection: 'name of the connection',
  user: 'database user: as the agent said, or as the gateway logged in',
  address: 'address of the client',
  app: 'application_name (the agent’s word)',
  session: 'id of the session, or its start',
  outcome: 'how the session ended',
  table: 'schema.table, or table in any schema',
  column: 'schema.table.column, or its last parts',
  function: 'schema.function, or function in any schema',
  verb: 'SELECT, DELETE, CREATE TABLE, …; DROP means every DROP',
  class: 'what kind of thing the statement does',
  fingerprint: 'start of the SHA-256 of the statement without its literals',
  status: 'how the statement ended',
  error: 'SQLSTATE, a glob of it, a class by number or name, or * for any',
  policy: 'denied, held, approved, rejected, timeout, observed, allowed, or the name of a rule',
  rule: 'name of a rule that decided',
  severity: 'how grave the rule that decided calls it',
  masked: 'a masked column, in any table where only its name is given; or a rule or detector',
  approver: 'subject or name of who approved',
  rows: 'rows of the statement, e.g. rows>100 or rows:10..100',
  bytes: 'size of the answer, e.g. bytes>1MiB',
  dur: 'duration of the statement, e.g. dur>2s or dur:1s..5s',
  after: 'at or after this time',
  before: 'before this time',
  time: 'that day, minute or second, or from one to another: 2026-11-01..2026-11-02',
  text: 'words of the statement, its parameters, errors and rows as recorded',
  sql: 'any part of the statement without its literals',
};

/** Fields that tell the statements of a session apart; what all others say holds for every one of them. */
export const STATEMENT_FIELDS: ReadonlySet<TermField> = new Set<TermField>([
  'table',
  'column',
  'function',
  'verb',
  'class',
  'fingerprint',
  'status',
  'error',
  'policy',
  'rule',
  'severity',
  'masked',
  'approver',
  'rows',
  'bytes',
  'dur',
  'text',
  'sql',
]);

/** Fields that take only these words, or globs over them. */
export const FIELD_WORDS: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
  attested: ['yes', 'no'],
  outcome: ['live', ...SESSION_OUTCOMES, 'unknown'],
  class: STATEMENT_CLASSES,
  status: STATEMENT_STATUSES,
  severity: SEVERITIES,
};

/** Values worth offering where others are possible too. */
export const FIELD_EXAMPLES: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
  ci: ['attested', 'asserted', 'none', 'mismatch'],
  error: ['*', ...ERROR_CLASS_NAMES],
  policy: [
    'denied',
    'held',
    'approved',
    'rejected',
    'timeout',
    'changed',
    'abandoned',
    'observed',
    'observed-deny',
    'observed-hold',
    'allowed',
  ],
  rule: ['*'],
  masked: ['*'],
  approver: ['*'],
};

/** The decisions that a word of `policy:` stands for, in any case; null: it names a rule. */
export function decisionsOf(value: string): readonly Decided[] | null {
  const word = value.toLowerCase();
  if (word === 'held') return HELD;
  if (word === 'observed') return OBSERVED;
  const decision = DECISIONS.find((known) => known === word);
  return decision === undefined ? null : [decision];
}

/** Words that begin verbs and are none by themselves: `verb:drop` means every DROP. */
export const VERB_BEGINNINGS: readonly string[] = [
  'alter',
  'copy',
  'create',
  'drop',
  'import',
  'reassign',
  'refresh',
  'release',
  'security',
];

/** Short names of CI providers that `job:` and `ci:` take. */
export const PROVIDER_ALIASES: Readonly<Record<string, string>> = {
  gh: 'github',
  gl: 'gitlab',
  bk: 'buildkite',
};
