import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOSTILE } from '../testing/hostile-archive.ts';
import { narrativeMarkup } from './narrative-markup.ts';

test('paragraphs, emphasis, code, lists, quotes and headings keep their structure', () => {
  const narrative = [
    '# What happened',
    'The *token* was **shared**, see `orders`.',
    '',
    '3. first',
    '4. second',
    '',
    '- a',
    '',
    '> said so',
    '',
    '```sql',
    'DELETE FROM orders',
    '```',
    '---',
  ].join('\n');
  expect(narrativeMarkup(narrative, 0).replaceAll('\n', '')).toBe(
    '<h3>What happened</h3><p>The <em>token</em> was <strong>shared</strong>, see <code>orders</code>.</p>' +
      '<ol start="3"><li><p>first</p></li><li><p>second</p></li></ol><ul><li><p>a</p></li></ul>' +
      '<blockquote><p>said so</p></blockquote><pre>DELETE FROM orders</pre><hr>',
  );
});

test('frames of the page are led to, others stay text', () => {
  expect(narrativeMarkup('See [frame 2] and [Frame 3], not [frame 4].', 3)).toBe(
    '<p>See <a href="#frame-2">frame 2</a> and <a href="#frame-3">Frame 3</a>, not [frame 4].</p>\n',
  );
});

test('links and pictures tell their targets, and lead nowhere', () => {
  const narrative = '[here](javascript:alert(1) "t") ![cat](http://e.example/x.png) <https://e.example>';
  expect(narrativeMarkup(narrative, 9)).toBe(
    '<p>here <code>(javascript:alert(1))</code> <code>[picture cat http://e.example/x.png]</code> ' +
      'https://e.example <code>(https://e.example)</code></p>\n',
  );
});

test('HTML stays text, in lines, blocks, attributes and fences', () => {
  const narrative =
    '<img src=x onerror=alert(1)>\n\na <b>c</b> &lt;i&gt; `</code><script>`\n\n~~~ "><x\n</pre>\n~~~';
  expect(narrativeMarkup(narrative, 0)).toBe(
    '&lt;img src=x onerror=alert(1)&gt;<p>a &lt;b&gt;c&lt;/b&gt; &lt;i&gt; <code>&lt;/code&gt;&lt;script&gt;</code></p>\n' +
      '<pre>&lt;/pre&gt;</pre>\n',
  );
});

test('what entities of Markdown would hide is written out', () => {
  expect(narrativeMarkup('a&#x202E;b&#8203;c `d\u202e` [e&#x202e;](f\u200b)', 0)).toBe(
    '<p>a⟨U+202E⟩b⟨U+200B⟩c <code>d⟨U+202E⟩</code> e⟨U+202E⟩ <code>(f⟨U+200B⟩)</code></p>\n',
  );
});

test('text that nests without end, or is all marks, is shown as it was written, soon', () => {
  const bombs = [
    '> '.repeat(9_000),
    '- '.repeat(9_000),
    '*a '.repeat(6_000),
    '['.repeat(20_000),
    '_a*b'.repeat(5_000),
  ];
  const began = performance.now();
  const shown = bombs.map((text) =>
    narrativeMarkup(`${text}x`, 0).includes(text.slice(0, 60).replaceAll('>', '&gt;')),
  );
  expect([shown, performance.now() - began < 5_000]).toEqual([bombs.map(() => true), true]);
});

test('what is nested deeper than anybody means is shown as it was written', () => {
  const deep = Array.from({ length: 34 }, (_, i) => `${'  '.repeat(i)}- ${i}`).join('\n');
  const markup = narrativeMarkup(deep, 0);
  expect([markup.match(/<ul>/g)?.length, markup.includes('- 33')]).toEqual([15, true]);
});

test('whatever people write, only tags of this page are made, each closed', () => {
  const pieces = fc.constantFrom(
    '<script>',
    '*',
    '_',
    '`',
    '[',
    '](',
    ')',
    '!',
    '\n\n',
    '# ',
    '> ',
    '- ',
    '&#60;',
    '"',
    'x',
    ...Object.values(HOSTILE),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const markup = narrativeMarkup(parts.join(''), 2);
      const open: string[] = [];
      for (const [, closes, name = ''] of markup.matchAll(/<(\/?)([^>]*)>/g)) {
        if (
          !/^(p|h3|h4|em|strong|code|pre|blockquote|ul|li|hr|br|ol( start="\d+")?|a href="#frame-[12]")$/.test(
            name,
          )
        )
          return false;
        if (name === 'hr' || name === 'br') continue;
        const bare = name.split(' ')[0] ?? '';
        if (closes === '') open.push(bare);
        else if (open.pop() !== bare) return false;
      }
      return open.length === 0;
    }),
    { numRuns: 300 },
  );
});
