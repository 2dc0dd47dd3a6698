/** Draws the app's icon from its SVG: `node build/make-icons.ts`. The packager makes the sizes and formats of each system of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_MISSING, findChromium } from './chromium.ts';

const FOLDER = join(import.meta.dirname, 'icons');

/** The largest that any system asks for, px. */
const SIZE = 1024;

const executablePath = findChromium();
if (executablePath === null) throw new Error(CHROMIUM_MISSING);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${readFileSync(join(FOLDER, 'icon.svg'), 'utf8')}`,
  );
  await page.screenshot({ path: join(FOLDER, 'icon.png'), omitBackground: true });
} finally {
  await browser.close();
}
