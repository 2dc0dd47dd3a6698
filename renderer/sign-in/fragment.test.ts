import { expect, test } from 'vitest';
import { tokenOf } from './fragment.ts';

test('a token is read from the fragment, and nothing else is taken for one', () => {
  expect(['#token=a-b_c%2B', '#token=', '#', '', '#x=1&token=t', '#tokens=t'].map(tokenOf)).toEqual([
    'a-b_c+',
    null,
    null,
    null,
    't',
    null,
  ]);
});
