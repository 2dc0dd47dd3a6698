/** Random filters find the same in an index as in volumes, row by row: and volumes are held to what filters mean. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordDecisions } from '../../gateway/archive/conformance-decisions.ts';
import { filterOf, recordStory } from '../../gateway/archive/conformance-story.ts';
import { FILTER_SAMPLES } from '../../gateway/archive/filter-samples.ts';
import type { ArchiveReader, ArchiveWriter } from '../../gateway/archive/archive.ts';
import { filtersOf, RANDOM_SAMPLES } from '../../gateway/archive/sqlite/testing/random-filters.ts';
import { plainFacts, rolling } from '../../gateway/archive/testing.ts';
import { randomLog } from '../evidence/random-log.ts';
import { Dice } from '../torture/dice.ts';
import { CHDB_MISSING, indexedArchive, isNotHere, type IndexedArchive } from './indexed-archive.ts';

/** Filters of a run: each is a dozen questions to ClickHouse. */
const RUNS = 15;

interface Both {
  readonly archive: IndexedArchive;
  readonly index: ArchiveReader;
  readonly volumes: ArchiveReader;
}

async function both(write: (writer: ArchiveWriter) => void): Promise<Both> {
  const archive = indexedArchive();
  const writer = archive.openWriter(plainFacts);
  write(rolling(writer));
  writer.commit();
  while (writer.index(100).more);
  writer.close();
  return { archive, index: await archive.openReader(), volumes: await archive.openVolumes() };
}

async function close({ archive, index, volumes }: Both): Promise<void> {
  await index.close();
  await volumes.close();
  archive.remove();
}

/** Every row of the lists of a filter, a few at a time, and its facets. */
async function found(reader: ArchiveReader, text: string): Promise<unknown> {
  const filter = filterOf(text);
  const statements = await everyPage((after) => reader.statements({ filter, after, limit: 100 }));
  const sessions = await everyPage((after) => reader.sessions({ filter, sort: '-rows', after, limit: 30 }));
  const facets = await reader.facets(filter);
  return { statements, sessions, facets };
}

async function everyPage<T>(
  ask: (after: string | undefined) => Promise<{ readonly items: T[]; readonly next: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await ask(after);
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}

async function expectTheSame({ index, volumes }: Both, text: string): Promise<void> {
  if (isNotHere(filterOf(text)))
    await expect(index.statements({ filter: filterOf(text), limit: 1 })).rejects.toMatchObject({
      code: 'NOT_HERE',
    });
  else expect({ text, found: await found(index, text) }).toEqual({ text, found: await found(volumes, text) });
}

describe.skipIf(CHDB_MISSING !== null)(
  `an index in ClickHouse${CHDB_MISSING === null ? '' : ` (skipped: ${CHDB_MISSING})`}`,
  { timeout: 120_000 },
  () => {
    describe('over sessions of every ending, decisions and masks', () => {
      let all: Both;
      beforeAll(async () => {
        all = await both((writer) => {
          const { log } = recordStory(writer);
          recordDecisions({ log, writer });
        });
      });
      afterAll(() => close(all));

      test('each term finds what it finds in volumes', async () => {
        for (const text of FILTER_SAMPLES) await expectTheSame(all, text);
      });

      test('terms joined in any way find what they find in volumes', async () => {
        await fc.assert(
          fc.asyncProperty(filtersOf(FILTER_SAMPLES), (text) => expectTheSame(all, text)),
          { numRuns: RUNS },
        );
      });
    });

    describe('over a log of many transactions, in many bundles', () => {
      let all: Both;
      beforeAll(async () => {
        all = await both((writer) => {
          const { bodies } = randomLog(new Dice(7), 700, { rollsAt: [90, 91, 240, 330, 600] });
          for (const [at, body] of bodies.entries()) {
            writer.append(body);
            if (at % 50 === 0) writer.commit();
          }
        });
      });
      afterAll(() => close(all));

      test('each term finds what it finds in volumes', async () => {
        for (const text of RANDOM_SAMPLES) await expectTheSame(all, text);
      });

      test('terms joined in any way find what they find in volumes', async () => {
        await fc.assert(
          fc.asyncProperty(filtersOf(RANDOM_SAMPLES), (text) => expectTheSame(all, text)),
          { numRuns: RUNS },
        );
      });
    });
  },
);
