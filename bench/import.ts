/**
 * `npm run bench:import`: how fast a log of PostgreSQL is imported. A csvlog is made up, then read alone, read with its sessions and
 * statements told apart, with the events of all that made, and at last imported into an archive that signs and indexes it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeKey } from '../gateway/archive/key-file.ts';
import { factsOf, loadParser } from '../gateway/postgres/facts.ts';
import { importFile } from '../main/imports/import-file.ts';
import { ImportedLog, type ImportWriter } from '../main/imports/imported-log.ts';
import { csvlogReader } from '../main/imports/postgres/csvlog.ts';
import { LogSessions } from '../main/imports/postgres/log-sessions.ts';
import { abbreviatedOffset } from '../main/imports/postgres/time-zones.ts';
import { openSource } from '../main/imports/source-file.ts';
import { Tally } from '../main/imports/tally.ts';
import type { Figure } from './figures.ts';

const USAGE = `usage: npm run bench:import -- [options]
  --lines N   of the log (200000: some 65 MB)
  --rounds N  of all but the last, of which the best counts (3)
  --json      one JSON object a figure: { name, value, unit, bar, met }`;

/** MB/s of csvlog, read and told apart. */
const BAR = 50;

const CHUNK_BYTES = 1 << 20;

/** Sessions that take turns, as connections of a pool do. */
const SESSIONS = 200;

/** One line: an Execute with its duration and parameters, as `log_min_duration_statement = 0` has it. */
function lineOf(i: number): string {
  const pid = 4000 + (i % SESSIONS);
  const time = new Date(Date.UTC(2026, 10, 22, 9) + i).toISOString().replace('T', ' ').replace('Z', ' UTC');
  const sql =
    i % 7 === 0
      ? `update orders set state = 'paid', note = 'it''s ""new""' where id = $1`
      : `select id, name, email from customers where id = $1 and region = 'eu' /* ${i % 50} */`;
  return `${time},"agent","shop",${pid},"10.0.0.1:5${pid}",69000000.${pid.toString(16)},${i},"SELECT",2026-11-22 08:00:00 UTC,14/${i},0,LOG,00000,"duration: ${(i % 50) / 10 + 0.1} ms  execute <unnamed>: ${sql}","parameters: $1 = '${i}'",,,,,,,,"ci-agent","client backend",,${i * 7919}\n`;
}

/** MB of one processor's second, the best of the rounds: others who use the machine meanwhile are not counted. */
function best(bytes: number, rounds: number, work: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return bytes / Math.min(...times);
}

function inPieces(data: Buffer, reader: { take(chunk: Buffer): void; end(): void }): void {
  for (let at = 0; at < data.length; at += CHUNK_BYTES) reader.take(data.subarray(at, at + CHUNK_BYTES));
  reader.end();
}

/** Reads and tells apart; events are made where `writer` has none of them. */
function told(data: Buffer, writer: ImportWriter): void {
  const origin = { format: 'csvlog', file: 'bench.csv', sha256: new Uint8Array(32), lacks: [] };
  const log = new ImportedLog(writer, new Uint8Array(16), origin);
  const sessions = new LogSessions(log, new Tally(), { names: true, time: 0, count: () => 1 });
  inPieces(data, csvlogReader(sessions, abbreviatedOffset));
  sessions.end();
}

const IDLE: ImportWriter = {
  watermark: () => 0,
  append: () => undefined,
  commit: () => undefined,
  checkpoint: () => null,
};
const NOTHING = { entry: () => undefined, broken: () => undefined, blank: () => undefined };

async function measure(lines: number, rounds: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-import-'));
  try {
    const data = Buffer.from(Array.from({ length: lines }, (_, i) => lineOf(i)).join(''));
    const file = join(folder, 'bench.csv');
    writeFileSync(file, data);
    const figures = [
      figure(
        'import.csvlog.read',
        best(data.length, rounds, () => inPieces(data, csvlogReader(NOTHING, abbreviatedOffset))),
        'MB/s',
      ),
      figure(
        'import.csvlog.told',
        best(data.length, rounds, () => told(data, { ...IDLE, watermark: () => Number.MAX_SAFE_INTEGER })),
        'MB/s',
        BAR,
      ),
      figure(
        'import.csvlog.events',
        best(data.length, rounds, () => told(data, IDLE)),
        'MB/s',
      ),
    ];
    await loadParser();
    const { signer } = makeKey(join(folder, 'import.key'));
    await using source = await openSource(file, process.stdin);
    const began = performance.now();
    const imported = await importFile(source, {
      into: join(folder, 'archive'),
      signer,
      factsOf,
      now: () => Date.now() * 1000,
      software: 'bench',
    });
    const seconds = (performance.now() - began) / 1000;
    return [
      ...figures,
      figure('import.csvlog.whole', data.length / 1e6 / seconds, 'MB/s'),
      figure('import.csvlog.whole.events', imported.events / seconds, '1/s'),
      figure('import.csvlog.lost', lines - imported.lines, 'lines'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figure(name: string, value: number, unit: string, bar: number | null = null): Figure {
  return {
    name,
    value,
    unit,
    bar: bar === null ? null : `≥ ${bar}`,
    met: bar === null ? null : value >= bar,
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [lines, rounds] = [Number(values.lines), Number(values.rounds)];
if (values.help || !Number.isInteger(lines) || lines < 1 || !Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  const figures = await measure(lines, rounds);
  for (const { name, value, unit, bar, met } of figures) {
    const reached = met === null ? '' : `  ${met ? 'reached' : 'MISSED'} ${bar}`;
    print(
      values.json
        ? JSON.stringify({ name, value, unit, bar, met })
        : `${name.padEnd(28)} ${value.toFixed(1).padStart(12)} ${unit}${reached}`,
    );
  }
  if (figures.some(({ met }) => met === false)) process.exitCode = 1;
}
