/** How many statements match, where the sessions tell it: there are a hundred times fewer of them. */
import { STATEMENT_FIELDS } from '../../../shared/filter/vocabulary.ts';
import { isAlways } from '../../archive/conditions.ts';
import { bound, matchLastParts, matchText, type Condition } from './condition.ts';
import { rowsOf, type Engine } from './engine.ts';
import { KnownKeys } from './known-keys.ts';
import type { Question } from './question.ts';

/** null: each would have to be looked at. */
export async function countStatements(engine: Engine, question: Question): Promise<number | null> {
  const { only, session, statement } = question;
  if (isAlways(statement)) return sum(engine, 'statements', { sql: '1', values: [] });
  if (only === null || only.field === 'after' || only.field === 'before') return null;
  if (!STATEMENT_FIELDS.has(only.field)) return sum(engine, 'statements', session);
  if (only.field === 'verb') {
    const { sql, values } = matchText('v', only);
    return sum(engine, `arraySum((n, v) -> if(${sql}, n, 0), verb_statements, verbs)`, {
      sql: '1',
      values,
    });
  }
  if (only.field !== 'table') return null;
  // A statement may touch several tables, and counts once.
  const names = await new KnownKeys(engine).tables(matchLastParts('name', only));
  const [name] = names ?? [];
  if (names === null || names.length > 1) return null;
  return name === undefined
    ? 0
    : sum(engine, `arraySum((n, v) -> if(v = ?, n, 0), table_statements, tables)`, {
        sql: '1',
        values: [name],
      });
}

/** The values of what is summed stand before those of the condition. */
async function sum(engine: Engine, what: string, { sql, values }: Condition): Promise<number> {
  const asked = bound({ sql: `SELECT sum(${what}) AS n FROM session FINAL WHERE ${sql}`, values });
  const [found] = await rowsOf<{ n: number }>(engine, asked.sql, asked.values);
  return found?.n ?? 0;
}
