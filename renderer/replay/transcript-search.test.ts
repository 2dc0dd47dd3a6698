import { expect, test } from 'vitest';
import { MOST_HITS, searchTranscript, type SearchState } from './transcript-search.ts';
import type { TranscriptSource } from './transcript-source.ts';

function source(...blocks: readonly (readonly string[])[]): TranscriptSource {
  const lines = blocks.map((block, at) => block.map((text, line) => ({ sequence: at * 10 + line, text })));
  return {
    blocks: lines.length,
    lines: (block) => lines[block],
    count: (block) => lines[block]?.length ?? 0,
    blockOf: () => 0,
    load: async (block) => lines[block] ?? [],
    subscribe: () => () => undefined,
    version: () => 0,
    grew: () => undefined,
    close: () => undefined,
  };
}

async function states(of: TranscriptSource, pattern: RegExp): Promise<SearchState[]> {
  const told: SearchState[] = [];
  await searchTranscript(of, pattern, (state) => told.push(state), new AbortController().signal);
  return told;
}

test('hits come block by block, with where they stand and what is around them', async () => {
  const far = `${'x'.repeat(60)}orders`;
  expect(await states(source(['a \u001b[36morders\u001b[39m orders', 'b'], [far]), /orders/g)).toEqual([
    {
      hits: [
        { block: 0, line: 0, sequence: 0, text: 'a orders orders', from: 2, to: 8 },
        { block: 0, line: 0, sequence: 0, text: 'a orders orders', from: 9, to: 15 },
      ],
      done: 1,
      all: 2,
      over: false,
    },
    {
      hits: [
        { block: 0, line: 0, sequence: 0, text: 'a orders orders', from: 2, to: 8 },
        { block: 0, line: 0, sequence: 0, text: 'a orders orders', from: 9, to: 15 },
        { block: 1, line: 0, sequence: 10, text: `…${'x'.repeat(40)}orders`, from: 41, to: 47 },
      ],
      done: 2,
      all: 2,
      over: true,
    },
  ]);
});

test('too many hits end the search', async () => {
  const lines = Array.from({ length: MOST_HITS }, () => 'aa');
  const [state, ...more] = await states(source(lines, lines), /a/g);
  expect([state?.hits.length, state?.over, more.length]).toEqual([MOST_HITS, true, 0]);
});

test('what matches nothing of a line is no hit', async () => {
  expect((await states(source(['abc']), /x*/g)).map(({ hits }) => hits)).toEqual([[]]);
});
