/** Asks an archive through its reader processes and times the answers. */
import { ArchiveError, type ArchiveReader } from '../../gateway/archive/archive.ts';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import type { Figure } from '../figures.ts';
import { median, percentile } from '../statistics.ts';
import { dropPageCache } from './page-cache.ts';
import type { Ask, Question } from './questions.ts';

/** How long an answer may take, ms: well beyond any bar, so that one that is missed is still a figure. */
const DEADLINE_MS = 60_000;

/** The share of answers that must be within the bar. */
const SHARE = 0.95;

/** Opens an archive as the host does. */
export function open(path: string): Promise<ArchiveReader> {
  return openArchive(path, { deadline: DEADLINE_MS });
}

/** How long each way of asking takes, `rounds` times after a first that does not count, ms. */
export async function askedWarm(
  archive: ArchiveReader,
  question: Question,
  rounds: number,
): Promise<Figure[]> {
  const times: number[] = [];
  for (const ask of question.ways) {
    if ((await timed(archive, question, ask)) === null) return [unanswered(question, 'warm', question.warm)];
    for (let round = 0; round < rounds; round++)
      times.push((await timed(archive, question, ask)) ?? Infinity);
  }
  return [
    figure(`${question.name}.warm.p95`, percentile(times, SHARE), question.warm),
    figure(`${question.name}.warm.p50`, median(times), null),
  ];
}

/** The same, each time by new processes and from files that no cache holds; nothing where caches cannot be dropped. */
export async function askedCold(path: string, question: Question): Promise<Figure[]> {
  const times: number[] = [];
  for (const ask of question.ways) {
    await using stack = new AsyncDisposableStack();
    const archive = await open(path);
    stack.defer(() => archive.close());
    if (!dropPageCache(path)) return [];
    const time = await timed(archive, question, ask);
    if (time === null) return [unanswered(question, 'cold', question.cold)];
    times.push(time);
  }
  return [figure(`${question.name}.cold.p95`, percentile(times, SHARE), question.cold)];
}

/** ms; null when the deadline passed. Throws where the answer is wrong: then no figure is worth anything. */
async function timed(archive: ArchiveReader, question: Question, ask: Ask): Promise<number | null> {
  const started = performance.now();
  try {
    const items = await ask(archive);
    const took = performance.now() - started;
    if (items > 0 !== (question.finds === 'something'))
      throw new Error(`${question.name} found ${items} items and should find ${question.finds}`);
    return took;
  } catch (error) {
    if (error instanceof ArchiveError && error.code === 'TIMEOUT') return null;
    throw error;
  }
}

function unanswered({ name }: Question, caches: string, bar: number | null): Figure {
  return figure(`${name}.${caches}.p95`, DEADLINE_MS, bar);
}

/** One figure in ms, with the most it may be. */
export function figure(name: string, value: number, most: number | null): Figure {
  return most === null
    ? { name, value, unit: 'ms', bar: null, met: null }
    : { name, value, unit: 'ms', bar: `<= ${most}`, met: value <= most };
}
