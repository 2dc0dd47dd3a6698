/** A held statement in full, for a person at a terminal. */
import { type PlanNode, readPlan, rowsTold } from '../../shared/approvals/plan.ts';
import type { RequestDetail } from '../../shared/approvals/request.ts';
import { visible, visibleLine } from '../../shared/replay/visible.ts';

/** Longest single value; facts of a statement with many tables have more. */
const MAX_VALUE = 100_000;

/** Its lines; nothing of the text is left out, and nothing in it is acted on by a terminal. */
export function descriptionOf(request: RequestDetail): string[] {
  const { asker, votes, rules, because } = request;
  const about: (readonly [string, string | null])[] = [
    ['request', `${request.id}, ${request.state}${request.outcome === null ? '' : `: ${request.outcome}`}`],
    ['deadline', new Date(request.deadline).toISOString()],
    ['approvers', `${request.quorum} of ${request.approvers.join(', ') || 'the reviewers'}`],
    ...votes.map(
      ({ verdict, subject, name, reason }) =>
        ['vote', `${verdict} by ${name ?? subject}${reason === '' ? '' : `: ${reason}`}`] as const,
    ),
    ['agent', `${asker.subject} of ${asker.issuer}`],
    ['client', asker.clientId],
    ['groups', request.groups.join(', ') || null],
    ['from', asker.address],
    ['job', asker.job === null ? null : `${asker.job} (${asker.attested ? 'attested' : 'asserted'})`],
    ['started by', asker.actor],
    ['connection', request.connection],
    ['session', `${request.session}, statement ${request.statement}`],
    ...rules.map((rule, at) => ['rule', `${rule}: ${because[at] ?? ''}`] as const),
    ['severity', request.severity],
    ['message', request.message],
    ['does', request.verbs.join(', ')],
    ['tables', request.tables.join(', ') || null],
    ['approved is', `${request.hash}${request.resolved ? '' : ' (text and parameters only)'}`],
  ];
  return [
    ...about.flatMap(([name, value]) =>
      value === null ? [] : [`${`${name}:`.padEnd(13)}${visibleLine(value, MAX_VALUE)}`],
    ),
    ...block('statement', request.textCut ? `${request.text}\n… (kept in part)` : request.text),
    ...block(
      'parameters',
      request.parameters.map((value, at) => `$${at + 1} = ${value ?? 'NULL'}`).join('\n'),
    ),
    ...block('facts', indented(request.facts)),
    ...block('estimate', request.estimate === null ? '' : planText(request.estimate)),
  ];
}

/** A heading and the lines under it; nothing where there are none. */
function block(heading: string, text: string): string[] {
  if (text === '') return [];
  return ['', `${heading}:`, ...text.split('\n').map((line) => `  ${visible(line)}`)];
}

/** The plan as the server would print it; a text that is none is shown as it is. */
function planText(json: string): string {
  const nodes = readPlan(json);
  return nodes === null ? indented(json) : nodes.flatMap(nodeLines).join('\n');
}

function nodeLines({ depth, title, details, ...node }: PlanNode): string[] {
  const indent = '  '.repeat(depth);
  const rows = `${rowsTold(node)}${node.isChange || node.rows === null ? '' : ' rows'}`;
  const cost = node.cost === null ? '' : `, cost ${node.cost}`;
  return [
    `${indent}${visibleLine(title, MAX_VALUE)}: ${rows}${cost}`,
    ...details.map((detail) => `${indent}  ${visibleLine(detail, MAX_VALUE)}`),
  ];
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
