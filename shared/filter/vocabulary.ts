/** What the fields of the filter language mean, and the words that some of them take. */
import { SEVERITIES } from '../policy/decision.ts';
import { SESSION_OUTCOMES, STATEMENT_STATUSES } from '../recording/event.ts';
import { FILTER_FIELDS, type FilterField } from './filter.ts';

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
  connection: 'name of the connection',
  user: 'start-up user (the agent’s word)',
  address: 'address of the client',
  app: 'application_name (the agent’s word)',
  session: 'id of the session, or its start',
  outcome: 'how the session ended',
  table: 'schema.table, or table in any schema',
  verb: 'SELECT, DELETE, CREATE TABLE, …; DROP means every DROP',
  status: 'how the statement ended',
  error: 'SQLSTATE, a glob of it, or * for any',
  policy: 'denied, held, approved, rejected, timeout, observed, allowed, or the name of a rule',
  severity: 'how grave the rule that decided calls it',
  masked: 'a masked column, in any table where only its name is given; or a rule or detector',
  rows: 'rows of the statement',
  dur: 'duration of the statement, e.g. dur>2s',
  after: 'at or after this time',
  before: 'before this time',
  text: 'words of the statement',
};

/** Fields that take only these words, or globs over them. */
export const FIELD_WORDS: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
  outcome: ['live', ...SESSION_OUTCOMES, 'unknown'],
  status: STATEMENT_STATUSES,
  severity: SEVERITIES,
};

/** Values worth offering where others are possible too. */
export const FIELD_EXAMPLES: Readonly<Partial<Record<FilterField, readonly string[]>>> = {
  ci: ['attested', 'asserted', 'none', 'mismatch'],
  error: ['*'],
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
  masked: ['*'],
};

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
