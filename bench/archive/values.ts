/** Values in statements and rows: few cities, thousands of words, numbers and references without end. */
import type { Random } from '../../main/demo/story/random.ts';
import { COMMON_WORD } from './shape.ts';
import type { ValueKind } from './texts.ts';

const CITIES: readonly [string, ...string[]] = [
  COMMON_WORD,
  'hamburg',
  'paris',
  'lyon',
  'madrid',
  'porto',
  'rome',
  'turin',
  'vienna',
  'graz',
  'prague',
  'brno',
  'warsaw',
  'gdansk',
  'oslo',
  'bergen',
  'dublin',
  'cork',
  'athens',
  'patras',
];

const SYLLABLES = 'ba ce di fo gu ha ki lo mu na pe ri so tu va we xa yo zi dra'.split(' ');

/** Words of three syllables: 8,000. */
const WORDS = SYLLABLES.flatMap((one) =>
  SYLLABLES.flatMap((two) => SYLLABLES.map((three) => one + two + three)),
);

export class Values {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  of(kind: ValueKind): string {
    const random = this.#random;
    switch (kind) {
      case 'number':
        return String(random.integer(1, 9_999_999));
      case 'city':
        return random.of(CITIES);
      case 'word':
        return WORDS[Math.floor(random.next() ** 2 * WORDS.length)] ?? '';
      case 'email':
        return `${WORDS[random.integer(0, WORDS.length - 1)]}@example.com`;
      case 'money':
        return `${random.integer(1, 999)}.${random.integer(10, 99)}`;
      case 'time':
        return `2026-${String(random.integer(1, 12)).padStart(2, '0')}-${random.integer(10, 28)} 12:${random.integer(10, 59)}`;
      case 'reference':
        return random.integer(0, 2 ** 32).toString(36) + random.integer(0, 2 ** 32).toString(36);
    }
  }
}
