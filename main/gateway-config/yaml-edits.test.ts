import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { withItemIn, withValue } from './yaml-edits.ts';
import { inline } from './yaml-splices.ts';

/** A setting of a connection as somebody may have written it: its lines, and what they say. */
interface Written {
  readonly key: string;
  readonly lines: readonly string[];
  readonly value: unknown;
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const comment = fc.oneof(fc.constant(''), fc.constant(' # it’s "so"'), fc.constant('   #'));
const scalar = fc.oneof(
  word,
  fc.integer({ min: 1, max: 9_999 }),
  fc.constantFrom('a: b', '# no', '', 'yes', '[x', '{', "it's"),
);
const spelt = (value: string | number, style: number): string =>
  typeof value === 'number' || (style === 0 && /^[a-z]/.test(value) && parse(value) === value)
    ? String(value)
    : style === 1
      ? `'${value.replaceAll("'", "''")}'`
      : JSON.stringify(value);

const scalarSetting = fc
  .tuple(scalar, fc.nat(2), fc.constantFrom(' ', '   '), comment)
  .map(([value, style, space, note]): ((key: string) => Written) => (key) => ({
    key,
    lines: [`${key}:${space}${spelt(value, style)}${note}`],
    value,
  }));
const listSetting = fc
  .tuple(fc.uniqueArray(word, { minLength: 1, maxLength: 4 }), fc.nat(3), comment)
  .map(([items, style, note]) => (key: string): Written => ({
    key,
    lines:
      style === 0
        ? [`${key}: [${items.join(',')}]${note}`]
        : style === 1
          ? [`${key}:${note}`, ...items.map((item) => `- ${item}${note}`)]
          : style === 2
            ? [`${key}: [ # several`, ...items.map((item) => `    ${item},${note}`), '  ]']
            : [`${key}:`, '', ...items.flatMap((item) => ['  # one', `  -   "${item}"`])],
    value: items,
  }));
const mapSetting = fc
  .tuple(fc.uniqueArray(word, { minLength: 1, maxLength: 3 }), fc.boolean(), comment)
  .map(([keys, flow, note]) => (key: string): Written => ({
    key,
    lines: flow
      ? [`${key}: {${keys.map((one) => `${one}: 'v'`).join(',  ')}}${note}`]
      : [`${key}:`, ...keys.map((one) => `   ${one}:   v${note}`)],
    value: Object.fromEntries(keys.map((one) => [one, 'v'])),
  }));
const blockText = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => (key: string): Written => ({
  key,
  lines: [`${key}: |`, ...words.map((one) => `  ${one}`)],
  value: `${words.join('\n')}\n`,
}));
const nothing = fc.constant((key: string): Written => ({ key, lines: [`${key}:`], value: null }));

const settings = fc
  .uniqueArray(word, { minLength: 2, maxLength: 5 })
  .chain((keys) =>
    fc.tuple(
      ...keys.map((key) =>
        fc.oneof(scalarSetting, listSetting, mapSetting, blockText, nothing).map((made) => made(key)),
      ),
    ),
  );
const between = fc.constantFrom<string[]>([], [''], ['    # about the next', ''], ['  #odd']);
const anyValue = fc.oneof(
  scalar,
  fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
  fc.dictionary(word, word, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
);

/** Texts of two connections, in lines: those before the setting that is to change, its own, and those behind it. */
const files = fc.record({
  written: settings,
  gaps: fc.array(between, { minLength: 6, maxLength: 6 }),
  place: fc.nat(),
  eol: fc.constantFrom('\n', '\r\n'),
  end: fc.boolean(),
});

function textOf({ written, gaps, place, eol, end }: typeof files extends fc.Arbitrary<infer T> ? T : never) {
  const at = place % written.length;
  const own = (from: number, to: number): string[] =>
    written
      .slice(from, to)
      .flatMap(({ lines }, index) =>
        (gaps[(from + index) % gaps.length] ?? []).concat(
          lines.map((line) => (line === '' ? '' : `    ${line}`)),
        ),
      );
  const before = [
    '# Ours.',
    'gateway: { listen: "h:1" } # x',
    'connections:',
    '  - name: "it" # me',
    ...own(0, at),
  ];
  const gap = gaps[at % gaps.length] ?? [];
  const mine = own(at, at + 1).slice(gap.length);
  const after = [...own(at + 1, written.length), '  # the other', '  - { name: other, of: [a,b] }', '# end'];
  const head = [...before, ...gap].map((line) => line + eol).join('');
  const tail = after.join(eol) + (end ? eol : '');
  return { at, head, tail, text: head + mine.map((line) => line + eol).join('') + tail, written };
}

test('a change of one setting leaves every other line as it was, byte for byte', () => {
  fc.assert(
    fc.property(files, anyValue, fc.boolean(), (file, wanted, drop) => {
      const { at, head, tail, text, written } = textOf(file);
      const { key, value: before } = written[at] ?? { key: '', value: null };
      const value = drop ? undefined : wanted;
      const next = withValue(text, ['connections', 0, key], value);
      expect([next.startsWith(head), next.endsWith(tail)]).toEqual([true, true]);
      const said = parse(text) as { connections: Record<string, unknown>[] };
      expect(said.connections[0]?.[key]).toEqual(before);
      if (drop) delete said.connections[0]?.[key];
      else Object.assign(said.connections[0] ?? {}, { [key]: value });
      expect(parse(next)).toEqual(said);
      // Said once more it changes nothing; taken back it says what it said.
      expect(withValue(next, ['connections', 0, key], value)).toBe(next);
      expect(parse(withValue(next, ['connections', 0, key], before))).toEqual(parse(text));
    }),
    { numRuns: 150 },
  );
});

test('an item more, and one less, leave every other line as it was', () => {
  fc.assert(
    fc.property(files, (file) => {
      const { text } = textOf(file);
      const item = { name: 'new', groups: ['a b', '#c'], password: { env: 'X' } };
      const lines = ['  - name: new', `    groups: [a b, "#c"]`, '    password: { env: X }'];
      const eol = file.eol;
      const more = withItemIn(text, 'connections', item);
      expect(more).toBe(
        text.replace(/(of: \[a,b\] \})(\r?\n)/, (_, own: string) => [own, ...lines, ''].join(eol)),
      );
      expect(withValue(more, ['connections', 2], undefined)).toBe(text);
      const less = withValue(text, ['connections', 1], undefined);
      expect(less).toBe(text.replace(/ {2}- \{ name: other.*\r?\n/, ''));
    }),
    { numRuns: 60 },
  );
});

test('what stands in brackets stays there, with its commas and comments', () => {
  const text = `{ a: 1, list: [ 'x',
  y, # of y
  z ], last: { k: v } }
`;
  expect([
    withValue(text, ['a'], undefined),
    withValue(text, ['last', 'k'], 'w'),
    withValue(text, ['last'], undefined),
    withValue(text, ['list'], ['x', 'z']),
    withValue(text, ['list'], ['x', 'y']),
    withValue(text, ['list'], ['x', 'y', 'z', 'q']),
    withValue(text, ['more'], true),
    withItemIn(text, 'list', { n: 1 }),
  ]).toEqual([
    text.replace('a: 1, ', ''),
    text.replace('k: v', 'k: w'),
    text.replace(', last: { k: v }', ''),
    text.replace('  y, # of y\n', ''),
    text.replace('z ]', ' ]'),
    text.replace('z ]', 'z, q ]'),
    text.replace('{ k: v } }', '{ k: v }, more: true }'),
    text.replace('z ]', 'z, { n: 1 } ]'),
  ]);
});

test('where an anchor would carry a change elsewhere, nothing is changed', () => {
  const text = 'a: &shared [x]\nb: *shared\n';
  expect(() => withValue(text, ['a'], ['y'])).toThrow(
    /^a is written in a way that only an editor can change/,
  );
  const items = 'base: &base { host: h }\nconnections:\n  - *base\n';
  expect(() => withValue(items, ['connections', 0, 'port'], 5)).toThrow(
    /^connections\.0 is written in a way/,
  );
  expect(withValue(text, ['b'], ['y'])).toBe('a: &shared [x]\nb: [y]\n');
});

test('a value is written so that it is read as itself, wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.string()),
        fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
      ),
      (value) => {
        expect(parse(`a: ${inline(value)}\n`)).toEqual({ a: value });
        expect(parse(`a: [${inline(value)}]\n`)).toEqual({ a: [value] });
      },
    ),
    { numRuns: 300 },
  );
});
