/**
 * `npm run screenshots`: takes those of docs/screenshots anew, every view in light and in dark, of the demo with some
 * casework on it. Nothing is compared: a person looks at them.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { CHROMIUM_MISSING, findChromium } from '../../build/chromium.ts';
import { REVIEWERS } from '../../main/demo/configuration.ts';
import { doCasework, type Cited } from './casework.ts';

const ROOT = join(import.meta.dirname, '../..');
const SHOTS = join(ROOT, 'docs/screenshots');

/** The stream of news keeps a page from ever being idle: what is drawn late has this long, ms. */
const SETTLE_MS = 2_500;

const THEMES = [
  ['light', ''],
  ['dark', '-dark'],
] as const;

await main();

async function main(): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(CHROMIUM_MISSING);
  await using stack = new AsyncDisposableStack();
  const url = await startDemo(stack);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  stack.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.getByTestId('session-row').first().waitFor();
  const cited = await doCasework(page);
  await signInAsReviewer(page);
  await page.locator('[data-testid=standing][data-standing=sound]').waitFor({ timeout: 60_000 });
  for (const [theme, suffix] of THEMES) {
    await page.evaluate((name) => localStorage.setItem('auditorium.theme', name), theme);
    for (const [name, path] of Object.entries(viewsOf(cited))) {
      await page.goto(new URL(path, url).href);
      await page.waitForTimeout(SETTLE_MS);
      if (name === 'palette') await page.keyboard.press('Control+k');
      if (name === 'keys') await page.keyboard.press('?');
      if (name === 'palette' || name === 'keys') await page.getByRole('dialog').waitFor();
      await page.screenshot({ path: join(SHOTS, `${name}${suffix}.png`), animations: 'disabled' });
      process.stdout.write(`${name}${suffix}\n`);
    }
  }
}

/** The path of each view, by the name of its picture. */
function viewsOf({ deployer, runs, held, finding }: Cited): Readonly<Record<string, string>> {
  return {
    sessions: `/sessions?selected=${deployer}`,
    statements: '/statements?filter=verb%3Adelete',
    replay: `/sessions/${deployer}?step=${held}&tab=decision`,
    compare: `/compare?${runs.map((id, i) => `${'ab'[i]}=${id}`).join('&')}&at=5`,
    approvals: '/approvals',
    findings: '/findings',
    finding: `/findings/${finding}`,
    reviews: '/findings/reviews',
    notes: '/findings/notes',
    'case-log': '/findings/log',
    gateway: '/gateway',
    connections: '/gateway/connections',
    issuers: '/gateway/issuers',
    policy: '/gateway/policy',
    start: '/start',
    palette: '/sessions',
    keys: '/sessions',
  };
}

/** Resolves to a URL of the demo that signs in once; it ends, and all it left goes, with the stack. */
async function startDemo(stack: AsyncDisposableStack): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'auditorium-screenshots-'));
  stack.defer(() => rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  // The database runs as another user where we are root, and has to get there.
  chmodSync(home, 0o711);
  mkdirSync(join(home, 'tmp'), { mode: 0o711 });
  const demo = spawn(
    process.execPath,
    [join(ROOT, 'main/cli.ts'), 'demo', '--json', '--browser', '--no-open'],
    {
      cwd: ROOT,
      env: { ...process.env, AUDITORIUM_HOME: home, TMPDIR: join(home, 'tmp') },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  stack.defer(() => ended(demo));
  const [line] = (await once(createInterface({ input: demo.stdout }), 'line')) as unknown[];
  return z.object({ url: z.url() }).parse(JSON.parse(String(line))).url;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  await exit;
}

/** At the demo's issuer, as somebody who may decide on what is held. */
async function signInAsReviewer(page: Page): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  const opened = page.context().waitForEvent('page');
  await page.getByTestId('decide').getByRole('button', { name: 'Sign in to decide' }).click();
  const issuer = await opened;
  await issuer.getByLabel('Subject').fill('grace');
  await issuer.getByLabel('Groups').fill(REVIEWERS);
  await issuer.getByRole('button', { name: 'Sign in' }).click();
  await issuer.getByText('You are signed in').waitFor();
  await issuer.close();
  await page.getByTestId('decide').getByRole('button', { name: 'Approve' }).waitFor();
}
