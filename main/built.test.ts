import {
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureBuilt } from './built.ts';
import type { Package } from './package.ts';

let here: Package;
let told: string[];

const progress = (line: string): void => void told.push(line);
const index = (): string => readFileSync(join(here.renderer, 'index.html'), 'utf8');

/** Changes a source `seconds` after now, so that clocks of a file system's granularity see it. */
function change(file: string, text: string, seconds: number): void {
  writeFileSync(join(here.root, file), text);
  const time = Date.now() / 1_000 + seconds;
  utimesSync(join(here.root, file), time, time);
}

/** A checkout with a window of one page. */
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'auditorium-built-'));
  told = [];
  here = {
    root,
    version: '0',
    checkout: true,
    renderer: join(root, 'out/renderer'),
    electronEntry: join(root, 'out/main/electron.js'),
  };
  mkdirSync(join(root, 'renderer'));
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(root, 'node_modules'));
  change('package.json', '{"type":"module"}', -60);
  change('vite.config.js', `export default { root: 'renderer', build: { outDir: '../out/renderer' } };`, -60);
  change('renderer/index.html', '<p>one</p>', -60);
});
afterEach(() => rmSync(here.root, { recursive: true }));

test('what is missing is built, what is there is left alone, what is older than its sources is built again', async () => {
  await ensureBuilt(here, 'window', progress);
  expect([index(), told]).toEqual(['<p>one</p>', ['building the window …']]);
  await ensureBuilt(here, 'window', progress);
  expect(told).toHaveLength(1);
  change('renderer/index.html', '<p>two</p>', 1);
  await ensureBuilt(here, 'window', progress);
  expect([index(), told]).toEqual(['<p>two</p>', ['building the window …', 'building the window …']]);
});

test('sources that do not build are one failure', async () => {
  change('renderer/index.html', '<script type="module" src="./absent.js"></script>', -60);
  await expect(ensureBuilt(here, 'window', progress)).rejects.toMatchObject({
    code: 'NOT_BUILT',
    message: expect.stringMatching(
      /^the window does not build: .+ Failed to resolve \.\/absent\.js .+; npm run build says more$/,
    ) as unknown,
  });
});

test('an installed package without its window says so and builds nothing', async () => {
  here = { ...here, checkout: false };
  await expect(ensureBuilt(here, 'window', progress)).rejects.toMatchObject({ code: 'NOT_BUILT' });
  expect(told).toEqual([]);
});
