/** `auditorium policy explain`: what a policy decides on a text, and why. */
import { parseCiJob } from '../../gateway/identity/ci.ts';
import { readPolicy } from '../../gateway/policy/reading.ts';
import type { Subject } from '../../gateway/policy/session-policy.ts';
import type { Decision, HoldTerms, RuleTrace } from '../../shared/policy/decision.ts';
import type { SqlFacts, TextFacts } from '../../shared/policy/facts.ts';
import { CommandError } from '../failure.ts';
import { listing, type Column } from '../listing.ts';
import { print, printJson, terminalWidth } from '../terminal.ts';
import { openFactsReader } from './policy-facts.ts';

export interface ExplainOptions {
  readonly sql: string;
  readonly agent: string;
  readonly groups: readonly string[];
  readonly issuer: string;
  readonly client?: string | undefined;
  readonly connection: string;
  /** `provider:run:job`. */
  readonly ci?: string | undefined;
  readonly repository?: string | undefined;
  readonly ref?: string | undefined;
  readonly attested: boolean;
  /** ms since 1970; now by default. */
  readonly at?: number | undefined;
  /** What the planner expects; unknown by default. */
  readonly rows?: number | undefined;
  readonly json: boolean;
}

/** Prints facts, decision and rules. Names cannot be looked up here: facts are of the text alone. */
export async function explainPolicy(file: string, options: ExplainOptions): Promise<void> {
  const session = (await readPolicy(file)).forSession(subjectOf(options));
  const reader = await openFactsReader();
  try {
    const facts = await reader.read(options.sql);
    const circumstances = {
      now: options.at ?? Date.now(),
      estimatedRows: options.rows ?? null,
      canEstimate: false,
    };
    const decision = session.decide(facts, circumstances);
    const rules = session.explain(facts, circumstances);
    if (options.json) printJson({ facts, decision, rules });
    else [...factLines(facts), ...decisionLines(decision), '', ...ruleLines(rules)].forEach(print);
  } finally {
    await reader.close();
  }
}

/** Who would ask. Throws CommandError for a job that is written otherwise. */
export function subjectOf(options: Omit<ExplainOptions, 'sql' | 'at' | 'rows' | 'json'>): Subject {
  const { issuer, agent, client, groups, connection, ci, repository, ref, attested } = options;
  const job = ci === undefined ? null : parseCiJob(ci);
  if (ci !== undefined && job === null)
    throw new CommandError('BAD_USAGE', `--ci is written provider:run:job, such as github:4711:3, not ${ci}`);
  return {
    issuer,
    subject: agent,
    clientId: client ?? null,
    groups,
    connection,
    ci: job && {
      attested,
      provider: job.provider,
      repository: repository ?? null,
      job: `${job.provider}/${job.run}/${job.job}`,
      ref: ref ?? null,
    },
  };
}

/** What a text asks for, a line a fact. */
export function factLines({ statements, unparsed, resolved }: TextFacts): string[] {
  if (unparsed !== null) return [`not parsed: ${unparsed}`];
  if (statements.length === 0) return ['no statement'];
  const names = resolved ? '' : ' (names as written: there is no catalog here)';
  return statements.flatMap((statement, index) => [
    `statement ${index + 1}: ${statement.verb}, ${statement.class}${names}`,
    ...detailsOf(statement, resolved).map(([what, values]) => `  ${what}: ${values.join(', ')}`),
  ]);
}

function detailsOf(
  { tables, columns, functions, features }: SqlFacts,
  resolved: boolean,
): (readonly [string, readonly string[]])[] {
  const details = [
    ['reads', tables.filter(({ reads }) => reads).map(({ name }) => name)],
    ['writes', tables.filter(({ writes }) => writes).map(({ name }) => name)],
    // Which column is whose only the catalog tells, so the policy takes all of them to be meant.
    ['columns', columns.map((name) => (resolved ? name : name.replace(/^(.*)\.\*$/su, 'any of $1')))],
    ['functions', functions.map(({ name, kind }) => `${name} (${kind})`)],
    ['stands out', features],
  ] as const;
  return details.filter(([, values]) => values.length > 0);
}

/** What was decided, and on what terms. */
export function decisionLines({ effect, rules, message, severity, hold, rowLimit }: Decision): string[] {
  const by = rules.length === 0 ? 'the default' : rules.map(({ rule }) => rule).join(', ');
  return [
    `decision: ${effect} by ${by} (${severity})`,
    ...(message === null ? [] : [`message: ${message}`]),
    ...(hold === null
      ? []
      : [`held for: ${hold.quorum} of ${approversOf(hold)}, within ${durationOf(hold.timeout)}`]),
    ...(rowLimit === null ? [] : [`cut after: ${rowLimit.rows} rows by ${rowLimit.rule}`]),
  ];
}

const approversOf = ({ approvers }: HoldTerms) => approvers.join(', ') || 'the reviewers';

/** `1 h 30 min`, from ms. */
function durationOf(time: number): string {
  const seconds = Math.round(time / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

const RULES: readonly Column<RuleTrace>[] = [
  { title: 'RULE', value: ({ rule }) => rule },
  { title: 'EFFECT', value: ({ effect }) => effect },
  { title: 'MATCHES', value: ({ matched }) => (matched ? 'yes' : 'no') },
  { title: 'BECAUSE', value: ({ because }) => because, wide: true },
];

function ruleLines(rules: readonly RuleTrace[]): string[] {
  return rules.length === 0 ? ['no rules'] : listing(RULES, rules, terminalWidth());
}
