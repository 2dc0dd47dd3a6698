/** Whether a rule's `statement` fits a statement. */
import type { SqlFacts, TextFacts } from '../../shared/policy/facts.ts';
import type { RowComparison, StatementCondition } from '../../shared/policy/statement-condition.ts';
import { textGlob } from '../../shared/policy/text-glob.ts';
import { nameChecks } from './name-checks.ts';
import type { Circumstances } from './session-policy.ts';

/** One statement being decided on, and what was needed for it. */
export interface Asked {
  readonly text: TextFacts;
  readonly circumstances: Circumstances;
  /** The answer may be another for the same facts at another time. */
  changeable: boolean;
  /** The planner's estimate would tell. */
  needsEstimate: boolean;
}

/** One condition on a statement. */
export interface StatementCheck {
  holds(statement: SqlFacts, asked: Asked): boolean;
  /** What made it hold, in words. */
  met(statement: SqlFacts, asked: Asked): string;
  /** Why it does not, in words. */
  unmet(statement: SqlFacts, asked: Asked): string;
}

/**
 * The checks of one rule, the cheapest first and the one that may ask the planner last. `loosens`: the rule allows, so it must
 * be certain: all names must be meant, not one of them, and none can be unknown. `unparsed` and `returned` are the rule's.
 */
export function statementChecks(
  condition: StatementCondition | undefined,
  loosens: boolean,
): readonly StatementCheck[] {
  if (condition === undefined) return [];
  const { verb, class: classes, features = [], missingWhere, multi, unresolved, rows } = condition;
  const checks: StatementCheck[] = [];
  if (verb) checks.push(verbCheck(verb));
  if (classes) checks.push(wordCheck('class', classes, (statement) => statement.class));
  const wanted = missingWhere === true ? [...features, 'missing where' as const] : features;
  if (wanted.length > 0) checks.push(featureCheck(wanted));
  if (multi) checks.push(textCheck('one of several statements', 'the only statement', isOneOfSeveral));
  if (unresolved)
    checks.push(textCheck('names not found', 'all names were found', ({ resolved }) => !resolved));
  checks.push(...nameChecks(condition, loosens));
  if (loosens && !namesOpaque(condition)) checks.push(NOT_OPAQUE);
  if (rows?.estimated) checks.push(estimateCheck(rows.estimated, loosens));
  return checks;
}

/** Whether a rule decides on names that only a catalog can make certain. */
export function asksForNames({
  statement,
}: {
  readonly statement?: StatementCondition | undefined;
}): boolean {
  if (statement === undefined) return false;
  const { tables, reads, writes, columns, functions, functionKinds, unresolved, features } = statement;
  return (
    [tables, reads, writes, columns, functions, functionKinds, unresolved].some(
      (asked) => asked !== undefined,
    ) || (features ?? []).some((feature) => feature === 'opaque' || feature === 'secret catalog')
  );
}

function namesOpaque({ features, functionKinds }: StatementCondition): boolean {
  return (features ?? []).includes('opaque') || (functionKinds ?? []).includes('opaque');
}

const NOT_OPAQUE: StatementCheck = {
  holds: ({ features }) => !features.includes('opaque'),
  met: () => '',
  unmet: () => 'runs code that nobody can see, which an allow rule passes only if it says features: opaque',
};

const isOneOfSeveral = ({ statements }: TextFacts) => statements.length > 1;

function verbCheck(globs: readonly string[]): StatementCheck {
  const tests = globs.map((glob) => textGlob(glob.toUpperCase()));
  return {
    holds: ({ verb }) => tests.some((fits) => fits.test(verb)),
    met: ({ verb }) => `verb ${verb}`,
    unmet: ({ verb }) => `verb ${verb} does not fit ${globs.join(' or ')}`,
  };
}

function wordCheck(
  name: string,
  words: readonly string[],
  value: (statement: SqlFacts) => string,
): StatementCheck {
  return {
    holds: (statement) => words.includes(value(statement)),
    met: (statement) => `${name} ${value(statement)}`,
    unmet: (statement) => `${name} ${value(statement)} is not ${words.join(' or ')}`,
  };
}

function featureCheck(wanted: readonly string[]): StatementCheck {
  const found = ({ features }: SqlFacts) => features.filter((feature) => wanted.includes(feature));
  return {
    holds: ({ features }) => features.some((feature) => wanted.includes(feature)),
    met: (statement) => found(statement).join(', '),
    unmet: () => `no feature ${wanted.join(' or ')}`,
  };
}

function textCheck(met: string, unmet: string, holds: (text: TextFacts) => boolean): StatementCheck {
  return { holds: (_, { text }) => holds(text), met: () => met, unmet: () => unmet };
}

const COMPARE: Readonly<Record<RowComparison['operator'], (rows: number, limit: number) => boolean>> = {
  '>': (rows, limit) => rows > limit,
  '>=': (rows, limit) => rows >= limit,
  '<': (rows, limit) => rows < limit,
  '<=': (rows, limit) => rows <= limit,
};

/** Until the planner was asked, and when it cannot be, the rule is taken to match if it restricts. */
function estimateCheck({ operator, rows }: RowComparison, loosens: boolean): StatementCheck {
  const known = ({ circumstances: { estimatedRows } }: Asked) =>
    estimatedRows === null ? 'an unknown number of rows expected' : `${estimatedRows} rows expected`;
  return {
    holds(_, asked) {
      const { estimatedRows, canEstimate } = asked.circumstances;
      asked.changeable = true;
      if (estimatedRows !== null) return COMPARE[operator](estimatedRows, rows);
      asked.needsEstimate ||= canEstimate;
      return !loosens;
    },
    met: (_, asked) => known(asked),
    unmet: (_, asked) => `${known(asked)}, not ${operator}${rows}`,
  };
}
