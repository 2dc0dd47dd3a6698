/** Chromium, and what a page complained of. */
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { CHROMIUM_MISSING, findChromium } from '../../build/chromium.ts';
import type { AtEnd } from './program.ts';

/** Quiet, and without what needs privileges or a graphics card. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How Chromium logs that a host has not what another one has (API_ERRORS.NOT_AVAILABLE_HERE). */
const ELSEWHERE = 'status of 501';

export interface Visit {
  readonly page: Page;
  /** Errors of the console and of scripts: violations of the Content-Security-Policy are among them. */
  readonly complaints: readonly string[];
}

/** Opens a URL in a Chromium that closes when the test is over, unless told otherwise; `context` is what the page is to be like. */
export async function visit(
  url: string,
  atEnd: AtEnd = onTestFinished,
  context: BrowserContextOptions = {},
): Promise<Visit> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(CHROMIUM_MISSING);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  atEnd(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...context });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' || message.text().includes(ELSEWHERE)) return;
    const { url: file, lineNumber, columnNumber } = message.location();
    complaints.push(`${message.text()} (${file}:${lineNumber}:${columnNumber})`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}
