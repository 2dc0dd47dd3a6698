/** The ways to ask one thing: each row of the corpus is tried in all that fit it. */
import { message } from '../../../gateway/postgres/testing/messages.ts';
import { type Agent, extended, type Said } from '../agent.ts';
import type { Row } from './row.ts';

export interface Variant {
  readonly name: string;
  readonly format: 0 | 1;
  /** The answer comes as CopyData, in this format. */
  readonly copy: 'text' | 'csv' | 'binary' | null;
  ask(agent: Agent, sql: string): Promise<Said>;
}

const simple: Variant = { name: 'simple', format: 0, copy: null, ask: (agent, sql) => agent.query(sql) };

const EXTENDED: readonly Variant[] = ([0, 1] as const).flatMap((format) =>
  [true, false].map((described): Variant => ({
    name: `extended, ${format === 0 ? 'text' : 'binary'}, ${described ? 'described' : 'not described'}`,
    format,
    copy: null,
    ask: (agent, sql) => agent.send(extended(sql, format, described)),
  })),
);

const COPIED: readonly Variant[] = (['text', 'csv', 'binary'] as const).map((copy) => ({
  name: `COPY, ${copy}`,
  format: copy === 'binary' ? 1 : 0,
  copy,
  ask: (agent, sql) => agent.send([message('Q', `copy (${sql}\n) to stdout (format ${copy})`)]),
}));

/** What COPY takes in parentheses. */
const QUERY = /^\(?(?:select|with|values|table|insert|update|delete|merge)\b/i;

/** The ways to try this row. */
export function variantsOf(row: Row): readonly Variant[] {
  const last = row.steps.at(-1) ?? '';
  const copied =
    (row.verdict === 'allowed' || row.verdict === 'approved') &&
    row.columns !== '' &&
    !row.simple &&
    QUERY.test(last);
  return [simple, ...(row.simple ? [] : EXTENDED), ...(copied ? COPIED : [])];
}

/** What an agent heard of one row asked in one way. */
export interface Heard {
  /** Of each step. */
  readonly steps: readonly Said[];
  readonly last: Said;
  /** All bytes of all steps. */
  readonly bytes: Buffer;
}

/** Asks; the session is as before afterwards. `folder`: where the server may write files. */
export async function ask(agent: Agent, row: Row, variant: Variant, folder: string): Promise<Heard> {
  const before = agent.heard().length;
  if (row.alters) await agent.query('begin');
  const steps: Said[] = [];
  for (const [i, step] of row.steps.entries()) {
    const isLast = i === row.steps.length - 1;
    const way = variant.copy === null || isLast ? variant : simple;
    if (row.alters) await agent.query('savepoint before');
    const said = await way.ask(agent, step.replaceAll('{folder}', folder));
    // What comes after a refusal is tried all the same.
    if (row.alters && said.ready.endsWith('E')) await agent.query('rollback to before');
    steps.push(said);
  }
  if (row.alters || row.simple) await agent.query('rollback');
  if (row.steps.length > 1) await agent.query('discard all');
  const last = steps.at(-1);
  if (last === undefined) throw new Error('a row has at least one statement');
  return { steps, last, bytes: agent.heard().subarray(before) };
}
