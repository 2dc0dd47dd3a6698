import { expect, test } from 'vitest';
import type { Evidence } from '../../shared/findings/finding.ts';
import { note } from '../casework/fixtures/note.ts';
import { finding } from './fixtures/finding.ts';
import { withChange } from './with-change.ts';

const piece = (id: string): Evidence => ({
  id,
  anchor: note(id).anchor,
  standing: 'holds',
  caption: '',
  author: { key: 'k', name: 'Ada' },
  added: 1,
});

test('what is absent of a change stays', () => {
  const before = finding(1, { title: 'Before', assignee: 'Ada' });
  expect([
    withChange(before, { status: 'confirmed', title: undefined }),
    withChange(before, { assignee: null }),
  ]).toEqual([
    { ...before, status: 'confirmed' },
    { ...before, assignee: null },
  ]);
});

test('an order puts the evidence as it says', () => {
  const before = finding(1, { evidence: [piece('a'), piece('b'), piece('c')] });
  const after = withChange(before, { order: ['c', 'a', 'b'] });
  expect(after).toEqual({ ...before, evidence: [piece('c'), piece('a'), piece('b')] });
});
