/**
 * `npm run bench:start`: how long it takes from starting the browser host until a person can work in its window, and how much
 * script the window loads first. The machine should have nothing else to do.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { CHROMIUM_MISSING, findChromium } from '../build/chromium.ts';
import { ensureBuilt } from '../main/built.ts';
import { packageOf } from '../main/package.ts';
import { writeSmallArchive } from '../main/testing/small-archive.ts';
import type { Figure } from './figures.ts';
import { barsOf } from './report.ts';
import { median } from './statistics.ts';

/** Until the host answers, ms; until the window can be worked in from then on, ms; script of the first view, kB (10³) gzipped. */
const BARS = { host: 700, window: 800, script: 400 };

const here = packageOf(import.meta.dirname);
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    archive: { type: 'string' },
  },
});

process.exitCode = await main(Number(values.rounds));

/** Measures and prints; 1 when something was not reached. */
async function main(rounds: number): Promise<number> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(CHROMIUM_MISSING);
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-bench-start-'));
  process.env['AUDITORIUM_HOME'] = join(folder, 'home');
  await ensureBuilt(here, 'window', (line) => process.stderr.write(`${line}\n`));
  const archive = values.archive ?? join(folder, 'archive');
  if (values.archive === undefined) writeSmallArchive(archive);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const starts: Start[] = [];
    // The first one fills the system's file cache, as any program's first start of the day does.
    for (let round = 0; round <= rounds; round++) starts.push(await startOnce(archive, browser));
    const counted = starts.slice(1);
    const figures = [
      most('start.host-up', median(counted.map(({ host }) => host)), 'ms', BARS.host),
      most('start.window-interactive', median(counted.map(({ window }) => window)), 'ms', BARS.window),
      most('start.initial-script', initialScript(), 'kB', BARS.script),
    ];
    for (const figure of figures)
      process.stdout.write(
        values.json
          ? `${JSON.stringify(figure)}\n`
          : `${figure.name}: ${figure.value.toFixed(0)} ${figure.unit}\n`,
      );
    if (!values.json) process.stdout.write(`\n${barsOf(figures)}\n`);
    return figures.every(({ met }) => met !== false) ? 0 : 1;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both in ms. */
interface Start {
  readonly host: number;
  readonly window: number;
}

/** Starts the host as a person does, and visits it with a browser that has never been there. */
async function startOnce(archive: string, browser: Browser): Promise<Start> {
  const began = performance.now();
  const words = ['open', archive, '--browser', '--no-open', '--json'];
  const host = spawn(process.execPath, [join(here.root, 'main/cli.ts'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(host, 'exit');
  try {
    const [line] = (await once(createInterface({ input: host.stdout }), 'line')) as [string];
    const up = performance.now();
    const { url } = JSON.parse(line) as { readonly url: string };
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const visited = performance.now();
    await page.goto(url);
    await page.locator('[data-id]').first().waitFor();
    // A key is answered: scripts have run and the list has the rows that it acts on.
    await page.keyboard.press('j');
    await page.locator('[data-id][aria-selected="true"]').first().waitFor();
    const interactive = performance.now();
    await context.close();
    return { host: up - began, window: interactive - visited };
  } finally {
    host.kill();
    await gone;
  }
}

/** All that index.html loads by itself, kB gzipped. */
function initialScript(): number {
  const html = readFileSync(join(here.renderer, 'index.html'), 'utf8');
  const files = new Set(html.match(/\/assets\/[\w.-]+\.js/g) ?? []);
  return (
    [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(here.renderer, file))).length, 0) / 1e3
  );
}

function most(name: string, value: number, unit: string, bar: number): Figure {
  return { name, value, unit, bar: `<= ${bar}`, met: value <= bar };
}
