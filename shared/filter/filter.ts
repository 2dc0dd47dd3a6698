/** The filter language as a tree: what parse.ts makes, print.ts writes, matches.ts defines and every store gives its meaning. */

/** Fields that may be written, with how their values are read. */
export const FILTER_FIELDS = {
  token: 'text', // fingerprint prefix, jti, subject, client or user id
  issuer: 'text',
  sub: 'text',
  client: 'text',
  group: 'text',
  job: 'path', // provider/run/job, whole or by prefix at '/'
  run: 'text',
  repo: 'text',
  ci: 'text', // attested, asserted, none, mismatch or a provider
  attested: 'word', // yes or no; read as ci:attested
  connection: 'text',
  user: 'text', // as the agent said at start-up, or as the gateway logged in
  address: 'text',
  app: 'text',
  session: 'hex', // id or a prefix of it
  outcome: 'word',
  table: 'text', // schema.table, or table in any schema
  column: 'text', // schema.table.column, or its last parts
  function: 'text', // schema.function, or function in any schema
  verb: 'text',
  class: 'word',
  fingerprint: 'hex', // SHA-256 of the normalised text, or a prefix of it
  status: 'word',
  error: 'text', // SQLSTATE, a glob of it, or * for any; classes are read as globs
  policy: 'text', // what was decided and what became of it, or a rule's name
  rule: 'text',
  severity: 'word',
  masked: 'text', // schema.table.column, or its last parts; a rule or detector
  approver: 'text', // subject or name of who approved
  rows: 'number',
  bytes: 'size',
  dur: 'duration',
  after: 'time',
  before: 'time',
  time: 'time', // a day, minute or second, or a range of them; read as after: and before:
  text: 'words', // words of statement, parameters, errors and rows
  sql: 'text', // a part of the normalised text
} as const;
export type FilterField = keyof typeof FILTER_FIELDS;
export type ValueType = (typeof FILTER_FIELDS)[FilterField];

/** Fields that terms of the tree have: those that are read as others are gone. */
export type TermField = Exclude<FilterField, 'attested' | 'time'>;

export type Comparison = ':' | '=' | '>' | '>=' | '<' | '<=';

/** One condition. `range` is where it stands in the text, as character positions. */
export interface Term {
  readonly field: TermField;
  readonly comparison: Comparison;
  /** The value as written, quotes taken off and short forms written out; may hold `*` globs where it is text. */
  readonly value: string;
  /** For numbers and sizes (bytes) as such, durations in µs, times in µs since 1970. */
  readonly number?: number;
  readonly range: readonly [number, number];
}

/** Conditions joined. An `and` of none holds always, an `or` of none never. */
export type Expression =
  | { readonly kind: 'term'; readonly term: Term }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression };

export interface Filter {
  readonly root: Expression;
}

/** What is wrong with a filter's text, and where, as character positions. */
export interface FilterError {
  readonly message: string;
  readonly range: readonly [number, number];
  /** More text at the end may mend it: a quote or parenthesis is open, or something is still to come. */
  readonly unfinished?: true;
}

/** The filter that everything passes. */
export const EVERYTHING: Filter = { root: { kind: 'and', of: [] } };

/** A term as an expression. */
export function termOf(term: Term): Expression {
  return { kind: 'term', term };
}

/** All of them, in the simplest form: none within another, none of one alone. */
export function allOf(expressions: readonly Expression[]): Expression {
  return joined('and', expressions);
}

/** Any of them, in the simplest form. */
export function anyOf(expressions: readonly Expression[]): Expression {
  return joined('or', expressions);
}

function joined(kind: 'and' | 'or', expressions: readonly Expression[]): Expression {
  const flat = expressions.flatMap((inner) => (inner.kind === kind ? inner.of : [inner]));
  const [only] = flat;
  return only !== undefined && flat.length === 1 ? only : { kind, of: flat };
}

/** What must all hold at the top of a filter, in order: the whole filter is their `and`. */
export function conjunctsOf({ root }: Filter): readonly Expression[] {
  return root.kind === 'and' ? root.of : [root];
}

/** The terms of a filter that is nothing but terms which must all hold; null for any other. */
export function conjunctOf(filter: Filter): Term[] | null {
  const conjuncts = conjunctsOf(filter);
  const terms = conjuncts.flatMap((inner) => (inner.kind === 'term' ? [inner.term] : []));
  return terms.length === conjuncts.length ? terms : null;
}

/** Every term of an expression, in order. */
export function termsOf(expression: Expression): Term[] {
  if (expression.kind === 'term') return [expression.term];
  return expression.kind === 'not' ? termsOf(expression.of) : expression.of.flatMap(termsOf);
}
