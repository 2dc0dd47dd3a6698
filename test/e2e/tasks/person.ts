/** A person before the window: what they see, and what they do by hand or by keys alone. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** How long a person waits for what is to come, ms. */
const PATIENCE = 15_000;

/** How often they look, ms: what is told of how long something took is as exact as this. */
const LOOK = 15;

/** Presses of Tab after which somebody gives up finding a button. */
const MOST_TABS = 120;

/** From an act to the sight of what it was for. */
export interface Took {
  readonly what: string;
  readonly milliseconds: number;
}

/** What one sees: the texts of parts of the page, waited for. A part is a `data-testid`. */
class Sight {
  protected readonly page: Page;
  readonly #took: Took[];
  #since = performance.now();

  constructor(page: Page, took: Took[]) {
    this.page = page;
    this.#took = took;
  }

  /** Waits until the part shows it. */
  async sees(part: string, what: string | RegExp): Promise<void> {
    const text = expect.poll(() => this.page.getByTestId(part).first().innerText(), this.#waiting(part));
    await (typeof what === 'string' ? text.toContain(what) : text.toMatch(what));
    this.#tell(`${part}: ${String(what)}`);
  }

  /** Waits until the first rows of a list, the cells of each joined by spaces, are these. */
  async seesRows(part: string, rows: readonly RegExp[]): Promise<void> {
    const first = async () =>
      (await this.page.getByTestId(part).allInnerTexts())
        .slice(0, rows.length)
        .map((row) => row.replaceAll(/\s+/g, ' ').trim());
    await expect
      .poll(first, this.#waiting(part))
      .toEqual(rows.map((row) => expect.stringMatching(row) as string));
    this.#tell(`${rows.length} × ${part}`);
  }

  /** Waits until a list has so many rows. */
  async counts(part: string, count: number): Promise<void> {
    await expect.poll(() => this.page.getByTestId(part).count(), this.#waiting(part)).toBe(count);
    this.#tell(`${count} × ${part}`);
  }

  /** Waits until a dialog shows it. */
  async seesDialog(what: RegExp): Promise<void> {
    await expect
      .poll(() => this.page.getByRole('dialog').last().innerText(), this.#waiting(''))
      .toMatch(what);
    this.#tell(`dialog: ${String(what)}`);
  }

  /** The text of a part, as it is now. */
  read(part: string): Promise<string> {
    return this.page.getByTestId(part).first().innerText();
  }

  /** Acts, and waits for the file that comes of it, which is kept at `path`. */
  async takes(path: string, act: () => Promise<void>): Promise<void> {
    const coming = this.page.waitForEvent('download');
    await act();
    await (await coming).saveAs(path);
    this.#tell('a file');
  }

  /** Acts, and waits for the page that opens. */
  async opens(act: () => Promise<void>): Promise<Page> {
    const coming = this.page.context().waitForEvent('page');
    await act();
    const page = await coming;
    await page.waitForLoadState();
    return page;
  }

  protected acts(): void {
    this.#since = performance.now();
  }

  #waiting(part: string) {
    return { timeout: PATIENCE, interval: LOOK, message: `what ${part} shows` };
  }

  #tell(what: string): void {
    this.#took.push({ what, milliseconds: performance.now() - this.#since });
  }
}

/** Somebody with a mouse, who types where they clicked. */
export class Hands extends Sight {
  /** Clicks the one that is meant. */
  async click(which: Locator, how: { readonly twice?: boolean } = {}): Promise<void> {
    await which.waitFor();
    this.acts();
    await (how.twice === true ? which.dblclick() : which.click());
  }

  async press(name: string | RegExp): Promise<void> {
    await this.click(this.page.getByRole('button', { name, exact: typeof name === 'string' }).first());
  }

  async row(part: string, text: string | RegExp, how: { readonly twice?: boolean } = {}): Promise<void> {
    await this.click(this.page.getByTestId(part).filter({ hasText: text }).first(), how);
  }

  part(name: string): Locator {
    return this.page.getByTestId(name);
  }

  tab(name: RegExp): Locator {
    return this.page.getByRole('tab', { name });
  }

  field(label: string | RegExp): Locator {
    return this.page.getByLabel(label);
  }

  async type(text: string): Promise<void> {
    this.acts();
    await this.page.keyboard.type(text);
  }

  /** Writes another filter, and applies it. */
  async filters(filter: string): Promise<void> {
    await this.click(this.part('filter'));
    await this.page.keyboard.press('Control+a');
    await this.type(filter);
    await this.press('Apply');
  }

  /** Drags along an element, from a share of its width to another. */
  async drags(along: Locator, from: number, to: number): Promise<void> {
    const box = await along.boundingBox();
    if (box === null) throw new Error('what is to be dragged along is not shown');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width * from, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + box.width * to, y, { steps: 8 });
    this.acts();
    await this.page.mouse.up();
  }
}

/** Somebody with a keyboard alone, who begins wherever the focus is. */
export class Keys extends Sight {
  async press(...keys: readonly string[]): Promise<void> {
    this.acts();
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    this.acts();
    await this.page.keyboard.type(text);
  }

  /** Presses Tab until what has the focus is called so. */
  async tabTo(name: RegExp): Promise<void> {
    const passed: string[] = [];
    for (let tab = 0; tab < MOST_TABS; tab++) {
      await this.page.keyboard.press('Tab');
      const focused = await this.focused();
      if (name.test(focused)) return;
      passed.push(focused);
    }
    throw new Error(`Tab comes by nothing called ${String(name)}, but by ${passed.join(' · ')}`);
  }

  /** The name of what has the focus. */
  focused(): Promise<string> {
    return this.page.evaluate(() => {
      const { activeElement } = document;
      if (activeElement === null || activeElement === document.body) return '';
      const labels = activeElement instanceof HTMLInputElement ? (activeElement.labels ?? []) : [];
      const label = [...labels].map(({ textContent }) => textContent).join(' ');
      return activeElement.getAttribute('aria-label') ?? (label || activeElement.textContent);
    });
  }

  /** Whether so few presses of Tab leave what a selector fits and has the focus. */
  async leaves(part: string, presses: number): Promise<boolean> {
    const isWithin = () =>
      this.page.evaluate((selector) => document.activeElement?.closest(selector) instanceof Element, part);
    if (!(await isWithin()))
      throw new Error(`the focus is not within ${part} but on ${await this.focused()}`);
    for (let press = 0; press < presses && (await isWithin()); press++) await this.page.keyboard.press('Tab');
    return !(await isWithin());
  }

  /** Writes another filter, applies it, and leaves the bar. */
  async filters(filter: string): Promise<void> {
    await this.press('/', 'Control+a');
    await this.type(filter);
    await this.press('Enter', 'Escape');
  }

  /** Closes what a button opened, and sees it gone and the focus back at the button. */
  async closes(): Promise<void> {
    await this.press('Escape');
    await expect.poll(() => this.page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => this.focused()).not.toBe('');
  }

  /** Runs the first command that fits what is typed. */
  async runs(command: string): Promise<void> {
    await this.press('Control+k');
    await this.page.getByTestId('palette').waitFor();
    await this.type(command);
    await this.page.getByTestId('palette-entry').first().waitFor();
    await this.press('Enter');
  }
}
