/** Whether the chains of a case are whole: each author's entries numbered from 0 on, each holding the id of the one before. */
import { type CaseEntry, LAST_CLOCK } from './entry.ts';
import { grouped } from '../recording/describe.ts';
import { visibleLine } from '../replay/visible.ts';

/** How far ahead of this machine's clock another may be without being told of, µs. */
const TOLERATED = 24 * 60 * 60 * 1_000_000;

/** What is wrong with them, a sentence each. `now` is in µs. */
export function chainProblems(entries: Iterable<CaseEntry>, now: number): string[] {
  const problems: string[] = [];
  for (const chain of Map.groupBy(entries, ({ author, chain: name }) => `${author.key} ${name}`).values())
    problems.push(...problemsIn(chain, Math.min(now + TOLERATED, LAST_CLOCK)));
  return problems;
}

function problemsIn(chain: readonly CaseEntry[], latest: number): string[] {
  const [anybody] = chain;
  if (anybody === undefined) return [];
  const who = nameOf(anybody);
  const problems = isWhole(chain) ? [] : gapsIn(chain, who);
  const ahead = chain.filter(({ clock }) => clock > latest).length;
  if (ahead > 0)
    problems.push(
      `${grouped(ahead)} of the entries of ${who} ${ahead === 1 ? 'is' : 'are'} dated in the future`,
    );
  return problems;
}

/** As nearly every chain is, and stands: told in one pass, for a case is asked for its problems with every look at it. */
function isWhole(chain: readonly CaseEntry[]): boolean {
  return chain.every(
    ({ number, previous }, i) => number === i && previous === (i === 0 ? null : (chain[i - 1]?.id ?? null)),
  );
}

function gapsIn(chain: readonly CaseEntry[], who: string): string[] {
  const byNumber = Map.groupBy(chain, ({ number }) => number);
  const problems: string[] = [];
  let next = 0;
  for (const [number, same] of [...byNumber].toSorted(([a], [b]) => a - b)) {
    if (number > next) problems.push(missing(who, next, number - 1));
    if (same.length > 1)
      problems.push(
        `${who} has ${grouped(same.length)} entries with number ${grouped(number)}: the case was continued from a copy of it`,
      );
    const before = byNumber.get(number - 1);
    if ((before !== undefined || number === 0) && same.some((entry) => !follows(entry, before)))
      problems.push(`entry ${grouped(number)} of ${who} does not follow the one before it`);
    next = number + 1;
  }
  return problems;
}

function follows({ previous }: CaseEntry, before: readonly CaseEntry[] | undefined): boolean {
  if (before === undefined) return previous === null;
  return before.some(({ id }) => id === previous);
}

function missing(who: string, first: number, last: number): string {
  if (first === last) return `entry ${grouped(first)} of ${who} is missing`;
  return `entries ${grouped(first)} to ${grouped(last)} of ${who} are missing`;
}

/** A name is anybody's own word; the key tells authors apart. */
function nameOf({ author: { name, key } }: CaseEntry): string {
  return `${visibleLine(name, 60)} (key ${key.slice(0, 8)}…)`;
}
