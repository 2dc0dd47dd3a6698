import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parseFilter } from './parse.ts';
import { FIELD_NAMES, FIELD_WORDS, STATEMENT_FIELDS } from './vocabulary.ts';

/** What of it is about the language: how the window's bar is used follows. */
const [page = ''] = readFileSync(new URL('../../docs/filter.md', import.meta.url), 'utf8').split(
  '## In the window',
);

/** The cells of every row that begins with a field. */
const rows = page
  .split('\n')
  .filter((line) => /^\| `\w+`/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')))
  .map(([, field = '', meaning = '', example = '']) => ({ field, meaning, example }));

const part = (from: string, to: string): string => page.slice(page.indexOf(from), page.indexOf(to));

test('the page has every field once, each where it belongs', () => {
  expect(rows.map(({ field }) => field).toSorted()).toEqual([...FIELD_NAMES].toSorted());
  const ofStatements = part('## Fields of statements', '## Free text');
  expect([...STATEMENT_FIELDS].filter((field) => !ofStatements.includes(`| \`${field}\``))).toEqual([]);
});

test.each(rows)('the example of $field says $field', ({ field, example }) => {
  expect({ error: parseFilter(example).error, own: example.startsWith(field) }).toEqual({
    error: undefined,
    own: true,
  });
});

test('a field that takes few words names them all', () => {
  const missing = Object.entries(FIELD_WORDS).flatMap(([field, words]) => {
    const meaning = rows.find((row) => row.field === field)?.meaning ?? '';
    return words.filter((word) => !meaning.includes(word)).map((word) => `${field}:${word}`);
  });
  expect(missing).toEqual([]);
});

test('the filters at the head are filters', () => {
  const [, block = ''] = page.split('```');
  expect(
    block
      .trim()
      .split('\n')
      .map((line) => parseFilter(line).error),
  ).toEqual([undefined, undefined]);
});

test('the filters that are called wrong are', () => {
  const wrong = page.slice(page.indexOf('`tabel:orders`')).matchAll(/`([^`]+)`/g);
  const texts = [...wrong].map(([, text = '']) => text);
  expect(texts.filter((text) => parseFilter(text).error === undefined)).toEqual([]);
  expect(texts.length).toBe(4);
});

test('the limits on the page are the parser’s', () => {
  const said = [MAX_LENGTH.toLocaleString('en'), String(MAX_TERMS), String(MAX_DEPTH)];
  expect(page).toContain(
    `at most ${said[0]} characters and ${said[1]} terms, and nests at most ${said[2]} deep`,
  );
});

test('the tree of precedence on the page is the parser’s', () => {
  const shape = (text: string) =>
    JSON.stringify(parseFilter(text).filter, (key, value: unknown) => (key === 'range' ? 0 : value));
  expect(shape('a b or not c d')).toBe(shape('(a and b) or ((not c) and d)'));
});
