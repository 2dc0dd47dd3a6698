import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';
import { joinLines, oneLine } from './one-line.ts';

/** A text with `insert` in place of `from` to `to`, and where the caret is then. */
function edited(text: string, from: number, to: number, insert: string): readonly [string, number] {
  const state = EditorState.create({ doc: text, extensions: oneLine });
  const { state: after } = state.update({
    changes: { from, to, insert },
    selection: { anchor: from + insert.length },
    userEvent: 'input.paste',
  });
  return [after.doc.toString(), after.selection.main.head];
}

test('lines that are pasted become one, and the caret stands behind it', () => {
  expect([
    edited('', 0, 0, 'table:orders\n  verb:delete\n'),
    edited('rows>1  dur>2s', 7, 7, 'a\n\nb'),
    edited('rows>1 x', 7, 8, '\nverb:drop'),
  ]).toEqual([
    ['table:orders verb:delete', 24],
    ['rows>1 a b dur>2s', 10],
    ['rows>1 verb:drop', 16],
  ]);
});

test('what is one line already is left as it is typed', () => {
  expect([edited('a', 1, 1, '  b '), joinLines('a\r\n\u2028 b\r')]).toEqual([['a  b ', 5], 'a b']);
});
