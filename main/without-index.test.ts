import { expect, test } from 'vitest';
import { ArchiveError, type ArchiveReader } from '../gateway/archive/archive.ts';
import { EVERYTHING } from '../shared/filter/filter.ts';
import { emptyReader } from './empty-reader.ts';
import { withoutIndex } from './without-index.ts';

/** Readers that tell themselves apart by how many there are. */
function reader(total: number, isAway: () => boolean = () => false): ArchiveReader {
  return {
    ...emptyReader(),
    sessions: async () => {
      if (isAway()) throw new ArchiveError('UNREACHABLE', 'ClickHouse does not answer');
      return { items: [], next: null, total };
    },
  };
}

const REQUEST = { filter: EVERYTHING, sort: '-started', limit: 1 } as const;

test('while the index is away lists come from what is on hand, which is said; it is asked again after a while', async () => {
  let [isAway, now, opened, storeAway] = [false, 0, 0, null as string | null];
  const both = withoutIndex(
    reader(100, () => isAway),
    {
      direct: async () => {
        opened++;
        return reader(3);
      },
      storeAway: () => storeAway,
      now: () => now,
    },
  );
  const total = async () => (await both.sessions(REQUEST)).total;
  const away = async () => (await both.store?.status(EVERYTHING))?.indexAway;
  expect([await total(), await away(), opened]).toEqual([100, null, 0]);
  isAway = true;
  expect([await total(), await away(), opened]).toEqual([3, 'ClickHouse does not answer', 1]);
  isAway = false;
  expect(await total()).toBe(3);
  now += 10_000;
  expect([await total(), await away(), opened]).toEqual([100, null, 1]);
  storeAway = 'nobody listens there';
  expect((await both.store?.status(EVERYTHING))?.away).toBe('nobody listens there');
  await both.close();
});

test('what is wrong with a question is said of the index alone', async () => {
  const refusing = {
    ...emptyReader(),
    facets: () => Promise.reject(new ArchiveError('NOT_HERE', 'no words')),
  };
  const both = withoutIndex(refusing, {
    direct: () => Promise.reject(new Error('it is not asked')),
    storeAway: () => null,
    now: () => 0,
  });
  await expect(both.facets(EVERYTHING)).rejects.toMatchObject({ code: 'NOT_HERE' });
});
