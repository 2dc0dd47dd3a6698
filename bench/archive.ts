/**
 * `npm run bench:archive`: what an archive of ten million statements takes to make and to ask. The story is made up from a
 * seed and told through the real recorder, spool, shipper and writer, with proofs, volumes that roll and the index of words;
 * it is asked through the reader's processes as the host asks. Beside it the same data as JSON lines.
 *
 * Half of the statements come with literals, half with parameters; a few hundred texts make half of them, two in a hundred are
 * new. What is common, rare, old, and never together: archive/shape.ts.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { askedBeside } from './archive/beside.ts';
import { askedCold, askedWarm, figure, open } from './archive/asking.ts';
import { ARCHIVE, ingest } from './archive/ingest.ts';
import { jumpQuestions } from './archive/jumps.ts';
import { readArchiveOptions, USAGE, type ArchiveOptions } from './archive/options.ts';
import { dropPageCache, HOW } from './archive/page-cache.ts';
import {
  facetQuestions,
  listQuestions,
  someJobs,
  textQuestions,
  type Question,
} from './archive/questions.ts';
import { sizeOf, type Size } from './archive/shape.ts';
import { largestTables, sizesOf } from './archive/sizes.ts';
import { stepQuestions } from './archive/steps.ts';
import type { Figure } from './figures.ts';
import { UsageError } from './options.ts';
import { barsOf } from './report.ts';

/** Beside an archive that is kept: what it was made from. */
const MADE = 'made.json';

/** Events a second that the archive takes, and bytes that it may take for a statement. */
const LEAST_EVENTS = 100_000;
const MOST_BYTES = 400;

/** From nothing to the first page, ms. */
const OPENING = 1_000;

try {
  process.exitCode = await main(readArchiveOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exitCode = 2;
}

/** Measures and prints; 1 when something was not reached. */
async function main(options: ArchiveOptions): Promise<number> {
  using stack = new DisposableStack();
  const all: Figure[] = [];
  const print = (figures: readonly Figure[]) => {
    all.push(...figures);
    for (const row of figures) process.stdout.write(`${options.json ? JSON.stringify(row) : line(row)}\n`);
  };
  const folder = options.archive ?? options.keep ?? temporaryFolder(stack);
  const { size, seed } =
    options.archive === null ? await make(resolve(folder), options, print) : made(options.archive);
  const path = join(folder, ARCHIVE);
  const has = (part: ArchiveOptions['parts'][number]) => options.parts.includes(part);
  if (options.cold) tell(HOW);
  if (has('size')) print(sizeFigures(path, size));
  if (has('open')) print(await openFigures(path, options));
  const ask = async (questions: readonly Question[]) => {
    for (const question of questions) print(await answered(path, question, options));
  };
  if (has('lists')) await ask(listQuestions(await jobsOf(path)));
  if (has('jumps')) await ask(await jumpQuestions(path));
  if (has('text')) await ask(textQuestions());
  if (has('facets')) await ask(facetQuestions());
  if (has('steps')) await ask(await stepQuestions(path));
  if (has('beside')) print(askedBeside(folder, size, seed, tell));
  if (!options.json) process.stdout.write(`\n${barsOf(all)}\n`);
  return all.every(({ met }) => met !== false) ? 0 : 1;
}

function temporaryFolder(stack: DisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-bench-archive-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Made {
  readonly size: Size;
  readonly seed: number;
}

function made(folder: string): Made {
  return JSON.parse(readFileSync(join(folder, MADE), 'utf8')) as Made;
}

async function make(
  folder: string,
  { statements, seed }: ArchiveOptions,
  print: (figures: readonly Figure[]) => void,
): Promise<Made> {
  const size = sizeOf(statements);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { events, sessions, seconds, shipperCpu } = await ingest(folder, size, seed, progress(statements));
  const [s, o, e] = [statements, sessions, events].map((count) => count.toLocaleString('en'));
  tell(`${s} statements, ${o} sessions, ${e} events`);
  const rate = events / seconds;
  print([
    { name: 'ingest.events', value: rate, unit: '1/s', bar: `>= ${LEAST_EVENTS}`, met: rate >= LEAST_EVENTS },
    plain('ingest.statements', statements / seconds, '1/s'),
    ...(shipperCpu === null ? [] : [plain('ingest.shipper-cpu', shipperCpu, 'µs/event')]),
    plain('ingest.peak-rss', process.resourceUsage().maxRSS / 1024, 'MB'),
  ]);
  writeFileSync(join(folder, MADE), JSON.stringify({ size, seed } satisfies Made));
  return { size, seed };
}

/** A figure with nothing to be reached. */
function plain(name: string, value: number, unit: string): Figure {
  return { name, value, unit, bar: null, met: null };
}

/** A line on a terminal, now and then. */
function progress(statements: number): (recorded: number) => void {
  if (!process.stderr.isTTY) return () => {};
  let shown = 0;
  return (recorded) => {
    const share = Math.floor((recorded / statements) * 100);
    if (share === shown) return;
    shown = share;
    process.stderr.write(`\r${share} % recorded${share === 100 ? '\n' : ''}`);
  };
}

function sizeFigures(path: string, { statements }: Size): Figure[] {
  const sizes = sizesOf(path);
  const total = (sizes.get('total') ?? 0) / statements;
  for (const { name, bytes } of largestTables(path, 12))
    tell(`${name}: ${(bytes / statements).toFixed(1)} B/statement`);
  const components = [...sizes].filter(([component]) => component !== 'total');
  return [
    ...components
      .toSorted(([, a], [, b]) => b - a)
      .map(([component, bytes]) => plain(`size.${component}`, bytes / statements, 'B/statement')),
    {
      name: 'size.total',
      value: total,
      unit: 'B/statement',
      bar: `<= ${MOST_BYTES}`,
      met: total <= MOST_BYTES,
    },
  ];
}

async function jobsOf(path: string): Promise<string[]> {
  const archive = await open(path);
  try {
    return await someJobs(archive);
  } finally {
    await archive.close();
  }
}

/** From a path to the first page of sessions, with processes that are new. */
async function openFigures(path: string, { rounds, cold }: ArchiveOptions): Promise<Figure[]> {
  const opened = async (): Promise<number> => {
    const started = performance.now();
    const question = listQuestions([]).find(({ name }) => name === 'sessions.all');
    const archive = await open(path);
    try {
      await question?.ways[0]?.(archive);
      return performance.now() - started;
    } finally {
      await archive.close();
    }
  };
  const figures: Figure[] = [];
  if (cold && dropPageCache(path)) figures.push(figure('open.cold', await opened(), OPENING));
  const warm: number[] = [];
  for (let round = 0; round < rounds; round++) warm.push(await opened());
  return [...figures, figure('open.warm.max', Math.max(...warm), OPENING)];
}

async function answered(
  path: string,
  question: Question,
  { rounds, cold }: ArchiveOptions,
): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const archive = await open(path);
  stack.defer(() => archive.close());
  const warm = await askedWarm(archive, question, rounds);
  return [...warm, ...(cold && question.cold !== null ? await askedCold(path, question) : [])];
}

function line({ name, value, unit, bar, met }: Figure): string {
  const judged = bar === null ? '' : `${bar.padStart(12)} ${met === true ? '' : '  NOT MET'}`;
  return `${name.padEnd(44)} ${value.toFixed(1).padStart(12)} ${unit.padEnd(12)}${judged}`.trimEnd();
}

function tell(words: string): void {
  process.stderr.write(`${words}\n`);
}
