/** What every part of `bench:window` stands on: the browser host on an archive, and Chromium on a window of it. */
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_MISSING, findChromium } from '../../build/chromium.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { startWebHost } from '../../main/hosts/web.ts';
import { packageOf } from '../../main/package.ts';
import type { Figure } from '../figures.ts';

/** Quiet, and without what needs privileges or a graphics card. The scroll bar is there, for it is what is measured. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Measures; every page it opens is its own. */
export type WindowPart = (stage: Stage) => Promise<Figure[]>;

export interface Stage {
  /** A folder of the benchmark's own, which goes when it is over. */
  readonly folder: string;
  /** Opens a window on the archive that is measured, at a path; it closes with the stack. */
  visit(stack: AsyncDisposableStack, path: string): Promise<Page>;
  /** The same on another archive. */
  visitOn(stack: AsyncDisposableStack, reader: ArchiveReader, path: string): Promise<Page>;
}

/** The stage on an archive that is opened once a part wants it; Chromium ends with the stack. */
export async function setStage(
  stack: AsyncDisposableStack,
  open: () => Promise<ArchiveReader>,
  folder: string,
): Promise<Stage> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(CHROMIUM_MISSING);
  const browser = await chromium.launch({
    executablePath,
    args: FLAGS,
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
  stack.defer(() => browser.close());
  const visitOn: Stage['visitOn'] = (own, other, path) => openWindow(own, { browser, folder }, other, path);
  let opened: Promise<ArchiveReader> | null = null;
  const visit: Stage['visit'] = async (own, path) => visitOn(own, await (opened ??= open()), path);
  return { folder, visitOn, visit };
}

async function openWindow(
  stack: AsyncDisposableStack,
  { browser, folder }: { readonly browser: Browser; readonly folder: string },
  reader: ArchiveReader,
  path: string,
): Promise<Page> {
  const here = packageOf(import.meta.dirname);
  const host = await startWebHost({
    reader,
    version: here.version,
    port: 0,
    renderer: here.renderer,
    cache: join(folder, 'cache'),
    report: (error) => process.stderr.write(`${String(error)}\n`),
  });
  stack.defer(() => host.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  stack.defer(() => page.close());
  await page.goto(host.freshUrl());
  await page.getByRole('grid').first().waitFor();
  await page.goto(`http://127.0.0.1:${host.port}${path}`);
  return page;
}

/** A figure in ms with the most it may be. */
export function most(name: string, value: number, bar: number): Figure {
  return { name, value, unit: 'ms', bar: `<= ${bar}`, met: value <= bar };
}
