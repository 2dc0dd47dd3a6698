import { expect, test } from 'vitest';
import { visibleTexts } from './visible-texts.ts';

test('every text of a tree is made visible, lines and tabs stay', () => {
  const tree = {
    type: 'root',
    children: [
      { type: 'paragraph', children: [{ type: 'text', value: 'a\u202eb\n\tc' }] },
      { type: 'code', value: 'd\u200b' },
      { type: 'thematicBreak' },
    ],
  };
  visibleTexts(tree);
  expect(tree.children).toEqual([
    { type: 'paragraph', children: [{ type: 'text', value: 'a⟨U+202E⟩b\n\tc' }] },
    { type: 'code', value: 'd⟨U+200B⟩' },
    { type: 'thematicBreak' },
  ]);
});
