/** What the server's planner expects of a statement: EXPLAIN in a read-only transaction that is rolled back (DESIGN §7). */
import { expectedRows } from '../../../shared/approvals/plan.ts';
import type { TextFacts } from '../../../shared/policy/facts.ts';
import type { Answer, Backend } from '../catalog/backend.ts';
import { boundValues } from '../wire/bound-values.ts';
import type { BindMessage } from '../wire/frontend.ts';

/** The rows that the planner expects to be returned or changed, and its plan as JSON. */
export interface Estimate {
  readonly rows: number;
  readonly plan: string;
}

/** What EXPLAIN is asked for; parameters as bound. */
export interface Explained {
  readonly text: Buffer;
  readonly bind: BindMessage | null;
  readonly types: readonly number[];
}

/** Null when it cannot be asked: within a transaction of the agent's, with binary parameters, or when EXPLAIN fails. */
export async function estimateOf(
  { text, bind, types }: Explained,
  recorded: Buffer,
  backend: Backend,
): Promise<Estimate | null> {
  const parameters = bind === null ? [] : textParameters(bind);
  if (parameters === null || backend.inTransaction) return null;
  await backend.ask({ purpose: 'estimate', sql: 'BEGIN READ ONLY', parameters: [] });
  const sql = (statement: Buffer) => `EXPLAIN (FORMAT JSON) ${statement.toString('utf8')}`;
  const answer = await backend.ask({
    purpose: 'estimate',
    sql: sql(text),
    recorded: sql(recorded),
    parameters,
    parameterTypes: types,
  });
  // EXPLAIN may have failed, as for a table that is not there: the agent must find its session as it left it.
  await backend.ask({ purpose: 'estimate', sql: 'ROLLBACK', parameters: [], ends: true });
  return read(answer);
}

/** Whether a text is one statement that EXPLAIN takes (PostgreSQL manual, EXPLAIN). */
export function canExplain({ statements }: TextFacts): boolean {
  const [only, ...others] = statements;
  return only !== undefined && others.length === 0 && EXPLAINED.has(only.verb);
}

const EXPLAINED: ReadonlySet<string> = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'SELECT INTO',
  'CREATE TABLE AS',
  'CREATE MATERIALIZED VIEW',
]);

function read(answer: Answer): Estimate | null {
  if ('error' in answer) return null;
  const plan = answer.rows[0]?.[0] ?? null;
  if (plan === null) return null;
  const rows = expectedRows(plan);
  return rows === null ? null : { rows, plan };
}

/** Parameters of a Bind as text; null when one of them is binary. */
function textParameters({ parameters, parameterFormats }: BindMessage): (string | null)[] | null {
  if (parameterFormats.some((format) => format !== 0)) return null;
  return boundValues(parameters).map((value) => value?.toString('utf8') ?? null);
}
