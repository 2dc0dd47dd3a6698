/** The filter language as a tree: what parse.ts makes, print.ts writes and every store gives its meaning. */

/** Fields a term may name, with how their values are compared. */
export const FILTER_FIELDS = {
  token: 'text', // fingerprint prefix, jti, subject or client id
  issuer: 'text',
  sub: 'text',
  client: 'text',
  group: 'text',
  job: 'path', // provider/run/job, whole or by prefix at '/'
  run: 'text',
  repo: 'text',
  ci: 'text', // attested, asserted, none, mismatch or a provider
  connection: 'text',
  user: 'text',
  address: 'text',
  app: 'text',
  session: 'text', // id or a prefix of it
  outcome: 'text',
  table: 'text', // schema.table, or table in any schema
  verb: 'text',
  status: 'text',
  error: 'text', // SQLSTATE, a glob of it, or * for any
  policy: 'text', // what was decided and what became of it, or a rule's name
  severity: 'text',
  masked: 'text', // schema.table.column, or its last parts; a rule or detector
  rows: 'number',
  dur: 'duration',
  after: 'time',
  before: 'time',
  text: 'text', // words of the statement
} as const;
export type FilterField = keyof typeof FILTER_FIELDS;
export type ValueType = (typeof FILTER_FIELDS)[FilterField];

export type Comparison = ':' | '=' | '>' | '>=' | '<' | '<=';

/** One condition. `range` is where it stands in the text, as character positions. */
export interface Term {
  readonly field: FilterField;
  readonly comparison: Comparison;
  /** The value as written, quotes taken off; may hold `*` globs where the type is text or path. */
  readonly value: string;
  /** For numbers as such, durations in µs, times in µs since 1970. */
  readonly number?: number;
  readonly range: readonly [number, number];
}

/** Terms, all of which must hold. `or`, `not` and parentheses come to this type when the grammar grows. */
export interface Filter {
  readonly terms: readonly Term[];
}

/** The filter that everything passes. */
export const EVERYTHING: Filter = { terms: [] };
