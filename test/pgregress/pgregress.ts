/**
 * `npm run test:pgregress`: PostgreSQL's own regression and isolation suites, direct and through the recording gateway. What
 * they print must be the same, byte by byte, and the archive must hold what the server says it ran.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXPLAINED } from './explained.ts';
import { compareResults, type Compared } from './results.ts';
import { runSuite, type SuiteName, type SuiteRun } from './run-suite.ts';
import { prepareSuites } from './suites.ts';
import { Unavailable } from './unavailable.ts';

const { values: options } = parseArgs({
  options: {
    /** Only these suites, separated by commas. */
    only: { type: 'string', default: 'regress,isolation' },
    /** Leaves results, archive and server log where they are. */
    keep: { type: 'boolean', default: false },
  },
});

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  process.stdout.write(`skipped: ${error.message}\n`);
  process.exitCode = 2;
}

/** True when nothing differs but what is explained, and the record is whole. */
async function main(): Promise<boolean> {
  const suites = await prepareSuites();
  const work = await mkdtemp(join(tmpdir(), 'auditorium-pgregress-'));
  await chmod(work, 0o755);
  print(`PostgreSQL ${suites.version}, ${work}`);
  let well = true;
  try {
    for (const name of ['regress', 'isolation'] as const) {
      if (!options.only.split(',').includes(name)) continue;
      const direct = await runSuite(name, 'direct', suites, work);
      const gateway = await runSuite(name, 'gateway', suites, work);
      const compared = await compareResults(direct.results, gateway.results);
      well = report(name, direct, gateway, compared) && well;
    }
  } finally {
    if (!options.keep) await rm(work, { recursive: true, force: true });
  }
  return well;
}

function report(name: SuiteName, direct: SuiteRun, through: SuiteRun, compared: Compared): boolean {
  const { files, identical, differing } = compared;
  const unexplained = differing.filter((file) => EXPLAINED[file] === undefined);
  print(`${name}: ${identical} of ${files} identical`);
  for (const file of differing) print(`  ${file} differs: ${EXPLAINED[file] ?? 'UNEXPLAINED'}`);
  print(`  direct ${direct.seconds.toFixed(1)} s, through the gateway ${through.seconds.toFixed(1)} s`);
  const { check, peakRss } = through.gateway ?? {};
  if (check === undefined) return false;
  const ends = [...check.sessions].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  print(`  recorded: ${check.statements} statements, ${check.rows} rows, ${check.events} events; ${ends}`);
  print(
    `  the server logged ${check.logged} statements, secrets of ${check.masked} are masked; gateway RSS at most ${mebibytes(peakRss ?? null)}`,
  );
  for (const fault of check.faults) print(`  RECORD: ${fault}`);
  return files > 0 && unexplained.length === 0 && check.faults.length === 0;
}

function mebibytes(bytes: number | null): string {
  return bytes === null ? 'unknown' : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
