/**
 * `npm run test:drivers`: every driver this machine has, direct and through the gateway, as a table of drivers by features.
 * With `--install`, as root on Debian, those it lacks are installed first.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { DRIVERS } from './all-drivers.ts';
import { type Driver, FEATURES } from './driver.ts';
import { outcomeOf, startGround, type Outcome } from './matrix.ts';

const { values: options } = parseArgs({
  options: {
    install: { type: 'boolean', default: false },
    /** Only these drivers, separated by commas. */
    only: { type: 'string' },
  },
});

const SIGNS = { ok: 'ok', differs: 'DIFFERS', fails: 'FAILS' } as const;

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const wanted = options.only?.split(',');
  const drivers = DRIVERS.filter(({ name }) => wanted?.includes(name) ?? true);
  if (options.install) install(drivers.filter((driver) => driver.missing() !== null));
  await using under = await startGround();
  const width = Math.max(...drivers.map(({ name }) => name.length));
  print(['driver'.padEnd(width), ...FEATURES].join('  '));
  const wrong: string[] = [];
  let ok = 0;
  for (const driver of drivers) {
    const missing = driver.missing();
    const cells: string[] = [];
    for (const feature of missing === null ? FEATURES : []) {
      const outcome: Outcome | null = await outcomeOf(under, driver, feature);
      cells.push((outcome === null ? '–' : SIGNS[outcome.is]).padEnd(feature.length));
      if (outcome?.is === 'ok') ok++;
      else if (outcome !== null) wrong.push(`${driver.name}, ${feature}, ${outcome.is}: ${outcome.why}`);
    }
    print([driver.name.padEnd(width), ...(missing === null ? cells : [`skipped: ${missing}`])].join('  '));
  }
  for (const line of wrong) print(line);
  print(`${ok} passed, ${wrong.length} failed`);
  return wrong.length === 0 && ok > 0;
}

function install(missing: readonly Driver[]): void {
  const packages = [...new Set(missing.flatMap((driver) => driver.packages))];
  if (packages.length === 0) return;
  if (userInfo().uid !== 0 || !existsSync('/etc/debian_version')) {
    print('--install: needs root on Debian; what is missing is skipped');
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update'], { env });
  const { status, stderr } = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) print(`--install: apt-get failed: ${stderr.trim()}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
