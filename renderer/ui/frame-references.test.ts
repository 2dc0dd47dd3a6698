import { expect, test } from 'vitest';
import { frameReferences } from './frame-references.ts';

const text = (value: string) => ({ type: 'text', value });
const link = (number: number, said: string) => ({
  type: 'link',
  url: `#frame-${number}`,
  children: [text(said)],
});

test('references to frames that are there become links, in whatever they stand', () => {
  const tree = {
    type: 'root',
    children: [
      { type: 'paragraph', children: [text('see [frame 2] and [Frame 1].'), { type: 'break' }] },
      { type: 'emphasis', children: [text('[frame 3] [frame 0] [frame]')] },
    ],
  };
  frameReferences(tree, 2);
  expect(tree.children).toEqual([
    {
      type: 'paragraph',
      children: [
        text('see '),
        link(2, 'frame 2'),
        text(' and '),
        link(1, 'Frame 1'),
        text('.'),
        { type: 'break' },
      ],
    },
    { type: 'emphasis', children: [text('[frame 3] [frame 0] [frame]')] },
  ]);
});

test('code and links stay what they are, but for links that pass themselves off as references', () => {
  const code = { type: 'inlineCode', value: '[frame 1]' };
  const elsewhere = { type: 'link', url: 'https://example.org', children: [text('[frame 1]')] };
  const tree = {
    type: 'root',
    children: [code, elsewhere, { type: 'link', url: '#frame-1', children: [text('the password')] }],
  };
  frameReferences(tree, 1);
  expect(tree.children).toEqual([code, elsewhere, text('the password')]);
});
