/** A terminal without a graphics card: xterm draws it through the document, which our Content-Security-Policy guards. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TestLog } from '../../gateway/archive/testing.ts';
import type { WebHost } from '../../main/hosts/web.ts';
import { utf8 } from '../../shared/replay/fixtures/recording.ts';
import { visit } from './browser.ts';
import { ownFolder, readerOf, startHost } from './hosted.ts';

/** By the word that is written in it: of the palette, of its own, and one that cannot be read on either ground. */
const WRITTEN = {
  palette: '\x1b[31m',
  indexed: '\x1b[38;5;27m',
  own: '\x1b[38;2;160;32;96m',
  pale: '\x1b[38;2;128;128;128m\x1b[48;2;120;120;120m',
} as const;

/** Least contrast of text that is shown (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5;

let opened: AsyncDisposableStack;
let host: WebHost;
let session: string;

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  const folder = await ownFolder(opened);
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const log = new TestLog(39);
  const recorded = log.session(1);
  session = recorded.hex;
  const text = Object.entries(WRITTEN).map(([word, colour]) => `${colour}${word}\x1b[0m\r\n`);
  for (const event of [
    log.event('logOpened'),
    recorded.event('sessionOpened', { user: 'colours' }),
    recorded.event('terminalResized', { columns: 80, rows: 24 }),
    recorded.event('terminalOutput', { data: utf8(text.join('')) }),
    recorded.event('sessionClosed'),
  ])
    writer.append(event);
  writer.commit();
  writer.close();
  host = await startHost(opened, { reader: await readerOf(opened, folder) });
}, 60_000);
afterAll(() => opened.disposeAsync());

test('without a graphics card text keeps its colours, those mended for contrast too, and nothing complains', async () => {
  const { page, complaints } = await visit(host.freshUrl());
  await page.getByTestId('session-row').first().waitFor();
  await page.addInitScript(withoutCard);
  await page.goto(new URL(`/sessions/${session}?step=2`, page.url()).href);
  const read = () => page.evaluate(coloursOf, Object.keys(WRITTEN));
  // Rows are drawn anew once the type is there.
  await page.evaluate(() => document.fonts.ready);
  await expect.poll(async () => Object.keys(await read()), { timeout: 5000 }).toContain('pale');
  const { plain = NONE, palette = NONE, indexed = NONE, own = NONE, pale = NONE } = await read();
  expect([palette.text, indexed.text]).not.toContain(plain.text);
  expect([own.text, pale.ground]).toEqual(['rgb(160, 32, 96)', 'rgb(120, 120, 120)']);
  expect(contrast(pale.text, pale.ground)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
  expect(complaints).toEqual([]);
}, 30_000);

interface Drawn {
  readonly text: string;
  readonly ground: string;
}

const NONE: Drawn = { text: '', ground: '' };

/** In the page: the colours of each of these words that is drawn, and of what has none as `plain`. */
function coloursOf(words: readonly string[]): Record<string, Drawn> {
  const rows = document.querySelector('.xterm-rows');
  const drawn: Record<string, Drawn> = {};
  for (const element of [rows, ...(rows?.querySelectorAll('span') ?? [])]) {
    const word = element === rows ? 'plain' : words.find((one) => one === element?.textContent);
    if (element === null || word === undefined) continue;
    const { color, backgroundColor } = getComputedStyle(element);
    drawn[word] = { text: color, ground: backgroundColor };
  }
  return drawn;
}

/** In the page, before its own scripts. */
function withoutCard(): void {
  const { prototype } = HTMLCanvasElement;
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its canvas below
  const own = prototype.getContext as (this: HTMLCanvasElement, kind: string) => unknown;
  prototype.getContext = function getContext(this: HTMLCanvasElement, kind: string) {
    return kind === 'webgl2' ? null : own.call(this, kind);
  } as typeof prototype.getContext;
}

/** Of two colours as a browser writes them (WCAG 2.2, relative luminance). */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
