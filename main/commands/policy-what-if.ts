/** `auditorium policy what-if`: what a policy would have decided on recorded statements, where it differs from the record. */
import { readPolicy } from '../../gateway/policy/reading.ts';
import type { StatementRow } from '../../shared/api/session.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { Decision } from '../../shared/policy/decision.ts';
import { openReader } from '../archives.ts';
import { CommandError } from '../failure.ts';
import { listing, type Column } from '../listing.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';
import { openFactsReader } from './policy-facts.ts';
import { recordedTexts, RecordedSessions, type RecordedText } from './recorded-texts.ts';

export interface WhatIfOptions {
  readonly policy: string;
  readonly archive: string;
  readonly filter: string;
  /** Differences that are listed; all are counted. */
  readonly limit: number;
  readonly json: boolean;
}

/** A text that would have been decided otherwise. */
interface Difference {
  readonly text: RecordedText;
  readonly before: Decision['effect'];
  readonly decision: Decision;
}

/** How many texts would have been decided otherwise by one rule, or by the default. */
interface Count {
  readonly rule: string;
  readonly change: string;
  count: number;
}

/** Lists the first differences and counts all of them, by rule; texts pass one by one. */
export async function whatIf(options: WhatIfOptions): Promise<void> {
  const { filter, error } = parseFilter(options.filter);
  if (error) throw new CommandError('BAD_FILTER', error.message);
  const policy = await readPolicy(options.policy);
  const archive = await openReader(options.archive);
  const facts = await openFactsReader();
  try {
    const sessions = new RecordedSessions(archive);
    const tally = new Tally();
    const listed: Difference[] = [];
    for await (const text of recordedTexts(archive, filter)) {
      const session = policy.forSession(await sessions.subjectOf(text.first));
      const decision = session.decide(await facts.read(await sessions.wholeText(text)), {
        now: text.first.time / 1000,
        estimatedRows: null,
        canEstimate: false,
      });
      const before = recordedEffect(text.first);
      const differs = decision.effect !== before;
      tally.add(differs ? { before, decision } : null);
      if (!differs || listed.length >= options.limit) continue;
      listed.push({ text, before, decision });
      if (options.json) printJson(differenceJson({ text, before, decision }));
    }
    if (options.json) printJson(tally.summary());
    else report(listed, tally);
  } finally {
    await Promise.all([facts.close(), archive.close()]);
  }
}

/** What was decided when it was recorded; what was not decided on was allowed. */
function recordedEffect({ decision }: StatementRow): Decision['effect'] {
  if (decision === null || decision === 'allowed') return 'allow';
  return decision === 'denied' || decision === 'observed-deny' ? 'deny' : 'hold';
}

/** Counts texts, and those that differ by rule. */
class Tally {
  texts = 0;
  differing = 0;
  readonly #counts = new Map<string, Count>();

  add(difference: { readonly before: Decision['effect']; readonly decision: Decision } | null): void {
    this.texts++;
    if (difference === null) return;
    this.differing++;
    const { before, decision } = difference;
    const rule = decidingRule(decision);
    const change = `${before} → ${decision.effect}`;
    const count = this.#counts.get(`${rule} ${change}`) ?? { rule, change, count: 0 };
    count.count++;
    this.#counts.set(`${rule} ${change}`, count);
  }

  counts(): Count[] {
    return [...this.#counts.values()].toSorted((a, b) => b.count - a.count);
  }

  summary(): object {
    return { texts: this.texts, differing: this.differing, rules: this.counts() };
  }
}

function decidingRule({ rules }: Decision): string {
  return rules.length === 0 ? '(default)' : rules.map(({ rule }) => rule).join(', ');
}

function differenceJson({ text: { first, text }, before, decision }: Difference): object {
  const { session, statement, time, agent } = first;
  return { session, statement, time, agent, text, before, decision };
}

const DIFFERENCES: readonly Column<Difference>[] = [
  {
    title: 'TIME',
    value: ({ text }) => new Date(text.first.time / 1000).toISOString().slice(0, 19),
    spare: 1,
  },
  { title: 'SESSION', value: ({ text }) => text.first.session.slice(0, 16), spare: 2 },
  { title: 'AGENT', value: ({ text }) => text.first.agent },
  { title: 'CHANGE', value: ({ before, decision }) => `${before} → ${decision.effect}` },
  { title: 'RULE', value: ({ decision }) => decidingRule(decision) },
  { title: 'STATEMENT', value: ({ text }) => text.text, wide: true },
];

const COUNTS: readonly Column<Count>[] = [
  { title: 'RULE', value: ({ rule }) => rule },
  { title: 'CHANGE', value: ({ change }) => change },
  { title: 'TEXTS', value: ({ count }) => String(count), right: true },
];

function report(listed: readonly Difference[], tally: Tally): void {
  if (tally.differing > 0) {
    listing(DIFFERENCES, listed, terminalWidth()).forEach(print);
    print('');
    listing(COUNTS, tally.counts(), terminalWidth()).forEach(print);
  }
  note(`${tally.differing} of ${tally.texts} texts would be decided otherwise`);
  if (listed.length < tally.differing) note(`there are more: --limit lists more than ${listed.length}`);
  if (tally.texts > 0)
    note('names are as written, as there is no catalog here: views and functions are not seen through');
}
