/**
 * `node bench/verify.ts`: how fast an archive is verified, on one core: its events (bytes of events and payloads, unpacked, for a
 * second of processor time), and how much memory that takes. Makes an archive as bench:archive does, or takes one that was kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readPublicKeys } from '../gateway/archive/key-file.ts';
import { verifyArchive } from '../gateway/archive/sqlite/verify/verify.ts';
import { ARCHIVE, ingest } from './archive/ingest.ts';
import { sizeOf } from './archive/shape.ts';
import type { Figure } from './figures.ts';

/** Least MB a second (issue 5), and most MB that memory may grow by whatever the archive's size. */
const LEAST_MB = 100;
const MOST_MEMORY = 256;

/** Events of as many statements fill some hundred MB: the time to start counts for nothing. */
const STATEMENTS = 500_000;
const MB = 1e6;

const { values } = parseArgs({
  options: {
    archive: { type: 'string' },
    statements: { type: 'string', default: String(STATEMENTS) },
    json: { type: 'boolean', default: false },
  },
});
using stack = new DisposableStack();
const folder = values.archive ?? (await make(Number(values.statements)));
const figures = measure(folder);
for (const figure of figures) print(figure);
process.exitCode = figures.every(({ met }) => met !== false) ? 0 : 1;

async function make(statements: number): Promise<string> {
  const made = mkdtempSync(join(tmpdir(), 'auditorium-bench-verify-'));
  stack.defer(() => rmSync(made, { recursive: true, force: true }));
  await ingest(made, sizeOf(statements), 1, () => {});
  return made;
}

function measure(made: string): Figure[] {
  const request = {
    path: join(made, ARCHIVE),
    keys: readPublicKeys(join(made, 'signing.key.pub')),
    anchors: [],
    needSeals: false,
    now: Date.now() * 1_000,
  };
  // What is measured is the pace that is kept up: compiling the code counts for nothing in an archive worth measuring.
  verifyArchive(request);
  const memory = process.memoryUsage.rss();
  let most = memory;
  const started = performance.now();
  const cpu = process.cpuUsage();
  const report = verifyArchive(request, () => (most = Math.max(most, process.memoryUsage.rss())));
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - started) / 1_000;
  const events = report.logs.reduce((sum, log) => sum + log.events, 0);
  const speed = report.bytes / (user + system);
  const grown = (most - memory) / MB;
  const wrong = report.findings.filter(({ verdict }) => verdict !== 'INCOMPLETE').length;
  return [
    { name: 'verify.throughput', value: speed, unit: 'MB/s', bar: `>= ${LEAST_MB}`, met: speed >= LEAST_MB },
    {
      name: 'verify.throughput.wall',
      value: report.bytes / MB / seconds,
      unit: 'MB/s',
      bar: null,
      met: null,
    },
    { name: 'verify.events', value: (events / (user + system)) * 1e6, unit: '1/s', bar: null, met: null },
    { name: 'verify.event', value: report.bytes / events, unit: 'B', bar: null, met: null },
    { name: 'verify.memory', value: grown, unit: 'MB', bar: `<= ${MOST_MEMORY}`, met: grown <= MOST_MEMORY },
    { name: 'verify.findings', value: wrong, unit: 'findings', bar: '= 0', met: wrong === 0 },
  ];
}

function print({ name, value, unit, bar, met }: Figure): void {
  const text = values.json
    ? JSON.stringify({ name, value, unit, bar, met })
    : `${name.padEnd(26)} ${value.toFixed(1).padStart(11)} ${unit}${bar === null ? '' : `  ${bar}  ${met === true ? 'reached' : 'MISSED'}`}`;
  process.stdout.write(`${text}\n`);
}
