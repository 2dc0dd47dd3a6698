/** `auditorium policy what-if`: what a policy would have decided on recorded statements, where it differs from the record. */
import { readPolicy } from '../../gateway/policy/reading.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { openReader } from '../archives.ts';
import { CommandError } from '../failure.ts';
import { listing, type Column } from '../listing.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';
import { openFactsReader } from './policy-facts.ts';
import { decidingRule, tried, type Count, type Difference, type Tally } from './policy-trial.ts';

export interface WhatIfOptions {
  readonly policy: string;
  readonly archive: string;
  readonly filter: string;
  /** Differences that are listed; all are counted. */
  readonly limit: number;
  readonly json: boolean;
}

/** Lists the first differences and counts all of them, by rule; texts pass one by one. */
export async function whatIf(options: WhatIfOptions): Promise<void> {
  const { filter, error } = parseFilter(options.filter);
  if (error) throw new CommandError('BAD_FILTER', error.message);
  const policy = await readPolicy(options.policy);
  const archive = await openReader(options.archive);
  const facts = await openFactsReader();
  try {
    const listed: Difference[] = [];
    const tally = await tried({ policy, archive, facts, filter }, (difference) => {
      if (listed.length >= options.limit) return;
      listed.push(difference);
      if (options.json) printJson(differenceJson(difference));
    });
    if (options.json) printJson(tally.summary());
    else report(listed, tally);
  } finally {
    await Promise.all([facts.close(), archive.close()]);
  }
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
