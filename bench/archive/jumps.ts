/** Places by chance within what a filter finds, as somebody who drags a scroll bar asks for them. */
import { Random } from '../../main/demo/story/random.ts';
import { open } from './asking.ts';
import { filterOf, type Question } from './questions.ts';
import { BIG_SUBJECT, COMMON_TABLE } from './shape.ts';

const LIMIT = 100;

/** Each is asked for once with dropped caches, and each round at other places. */
const JUMPS = 7;

/** Most that a jump may take, ms. */
const WARM = 100;

/** Jumps within the filters that find most. */
export async function jumpQuestions(path: string): Promise<Question[]> {
  const archive = await open(path);
  const random = new Random(2);
  try {
    const questions: Question[] = [];
    for (const [name, text] of [
      ['all', ''],
      ['token', `token:${BIG_SUBJECT}`],
      ['table', `table:${COMMON_TABLE}`],
    ] as const) {
      const filter = filterOf(text);
      const { total } = await archive.statements({ filter, limit: 1 });
      if (total === null) throw new Error(`the archive does not count what ${text} finds`);
      questions.push({
        name: `jump.${name}`,
        warm: WARM,
        cold: null,
        finds: 'something',
        ways: Array.from({ length: JUMPS }, () => async (reader) => {
          const at = random.integer(0, total - 1);
          return (await reader.statements({ filter, at, limit: LIMIT })).items.length;
        }),
      });
    }
    return questions;
  } finally {
    await archive.close();
  }
}
