/**
 * The tasks that the window is for, each done with a mouse and with keys alone, against one demo. `npm run test:tasks` does them too,
 * beside the volumes of another archive where it is told of one: tasks/run.ts.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { approvals } from './tasks/approvals.ts';
import { changedRuns } from './tasks/changed-runs.ts';
import * as damaged from './tasks/damaged-archive.ts';
import { deletedRows } from './tasks/deleted-rows.ts';
import { finding } from './tasks/finding.ts';
import { liveSession } from './tasks/live-session.ts';
import { maskedReads } from './tasks/masked-reads.ts';
import { Hands, Keys, type Took } from './tasks/person.ts';
import { schemaWindow } from './tasks/schema-window.ts';
import { setStage, type Stage } from './tasks/stage.ts';
import { tabLeaves } from './tasks/tab-leaves.ts';
import { tellOf } from './tasks/tell-of.ts';

const TASKS = {
  'which run deleted rows from orders, with which token': deletedRows,
  'who read masked columns last week': maskedReads,
  'what changed between two runs': changedRuns,
  'a finding with three frames of two sessions, handed over as a bundle': finding,
  'held statements approved and rejected': approvals,
  'a live session followed and ended': liveSession,
  'did any CI run change the schema outside its window': schemaWindow,
} as const;

const resources = new AsyncDisposableStack();
let stage: Stage;
let took: Took[];

beforeAll(async () => {
  stage = await setStage((act) => resources.defer(act));
}, 180_000);
afterAll(() => resources.disposeAsync(), 60_000);

beforeEach(async () => {
  took = [];
});
afterEach(({ task }) => tellOf(task.fullTestName, took));

async function begin(): Promise<void> {
  await stage.page.goto(new URL('/', stage.page.url()).href);
  await stage.page.getByTestId('session-row').first().waitFor();
}

describe.each(Object.entries(TASKS))('%s', (_, task) => {
  beforeEach(begin);
  test('by hand', { timeout: 120_000 }, () => task.byHand(new Hands(stage.page, took), stage));
  test('by keys alone', { timeout: 120_000 }, () => task.byKeys(new Keys(stage.page, took), stage));
});

test('Tab leaves whatever it comes into', { timeout: 180_000 }, async () => {
  await begin();
  await tabLeaves(new Keys(stage.page, took));
});

test('nothing of all this was complained of', () => {
  expect(stage.complaints).toEqual([]);
});

describe('a damaged archive', () => {
  let page: Page;
  beforeAll(async () => {
    await stage.endDemo();
    page = await stage.open(await damaged.damagedCopy(stage));
  }, 120_000);

  test('by hand', { timeout: 180_000 }, () => damaged.byHand(new Hands(page, took)));
  test('by keys alone', { timeout: 180_000 }, async () => {
    await page.goto(new URL('/', page.url()).href);
    await damaged.byKeys(new Keys(page, took));
  });
});
