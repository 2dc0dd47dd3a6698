/** Windows of the time line of the longest session. */
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { Random } from '../../main/demo/story/random.ts';
import { open } from './asking.ts';
import type { Question } from './questions.ts';

/** Asked for with caches dropped; each, and more, with warm ones. */
const WINDOWS = 7;

/** What a window shows. */
const LIMIT = 200;

/** Most that a window may take, ms. */
const WARM = 50;

/** Windows at places by chance, so that hardly any was asked for before. */
export async function stepQuestions(path: string): Promise<Question[]> {
  const archive = await open(path);
  try {
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-statements', limit: 1 });
    const [longest] = items;
    if (longest === undefined) throw new Error('the archive has no session');
    const events = longest.statements * 2;
    const random = new Random(1);
    return [
      {
        name: 'steps',
        warm: WARM,
        cold: WARM,
        finds: 'something',
        ways: Array.from({ length: WINDOWS }, () => async (reader) => {
          const from = random.integer(0, events);
          return (await reader.steps(longest.id, { from, limit: LIMIT })).items.length;
        }),
      },
    ];
  } finally {
    await archive.close();
  }
}
