/** Conditions of a rule on names: tables, columns, functions. */
import type { FunctionFact, SqlFacts, TableFact, TextFacts } from '../../shared/policy/facts.ts';
import { parseNameGlob, type NameGlob } from '../../shared/policy/name-glob.ts';
import type { StatementCondition } from '../../shared/policy/statement-condition.ts';
import type { StatementCheck } from './statement-test.ts';

/** One check for each kind of name that the rule asks for; `loosens` as in `statementChecks`. */
export function nameChecks(condition: StatementCondition, loosens: boolean): StatementCheck[] {
  const { tables, reads, writes, columns, functions, functionKinds } = condition;
  const checks: StatementCheck[] = [];
  const tableCheck = (
    name: string,
    globs: readonly string[] | undefined,
    used: (table: TableFact) => boolean,
  ) => {
    if (globs)
      checks.push(namesCheck(name, globs, { depth: 2, loosens }, (statement) => tableNames(statement, used)));
  };
  tableCheck('table', tables, () => true);
  tableCheck('reads', reads, (table) => table.reads);
  tableCheck('writes', writes, (table) => table.writes);
  if (columns)
    checks.push(
      namesCheck('column', columns, { depth: 3, loosens }, (statement, { resolved }) =>
        statement.columns.map((name) => ({ name, certain: resolved })),
      ),
    );
  if (functions || functionKinds)
    checks.push(
      namesCheck('function', functions ?? ['**'], { depth: 2, loosens }, (statement, { resolved }) =>
        functionNames(statement, functionKinds, loosens).map((name) => ({ name, certain: resolved })),
      ),
    );
  return checks;
}

/** A name of a statement; certain when it was found in the catalog. */
interface Named {
  readonly name: string;
  readonly certain: boolean;
}

function tableNames({ tables }: SqlFacts, used: (table: TableFact) => boolean): Named[] {
  return tables.filter(used).map(({ name, resolved }) => ({ name, certain: resolved }));
}

/** Those of the given kinds; where all must be of them, none when one is not. */
function functionNames(
  { functions }: SqlFacts,
  kinds: readonly FunctionFact['kind'][] | undefined,
  loosens: boolean,
): string[] {
  const fitting = functions.filter(({ kind }) => kinds?.includes(kind) ?? true);
  return loosens && fitting.length < functions.length ? [] : fitting.map(({ name }) => name);
}

function namesCheck(
  what: string,
  globs: readonly string[],
  { depth, loosens }: { readonly depth: number; readonly loosens: boolean },
  names: (statement: SqlFacts, text: TextFacts) => readonly Named[],
): StatementCheck {
  const parsed = globs
    .map((glob) => parseNameGlob(glob, depth))
    .filter((glob): glob is NameGlob => glob !== null);
  const fits = loosens
    ? ({ name, certain }: Named) => certain && parsed.some((glob) => glob.is(name))
    : ({ name }: Named) => parsed.some((glob) => glob.mayBe(name));
  return {
    holds(statement, { text }) {
      const given = names(statement, text);
      return loosens ? given.length > 0 && given.every(fits) : given.some(fits);
    },
    met: (statement, { text }) =>
      `${what} ${names(statement, text)
        .filter(fits)
        .map(({ name }) => name)
        .join(', ')}`,
    unmet(statement, { text }) {
      const given = names(statement, text);
      if (given.length === 0) return `no ${what} that it could fit`;
      const stranger = loosens ? given.find((named) => !fits(named)) : undefined;
      const doubt = stranger?.certain === false ? ', not found in the catalog,' : '';
      return stranger === undefined
        ? `no ${what} fits ${globs.join(' or ')}`
        : `${what} ${stranger.name}${doubt} is not certain to fit ${globs.join(' or ')}`;
    },
  };
}
