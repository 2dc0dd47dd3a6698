import { expect, test } from 'vitest';
import { FIRST_VIEWS, readViews, toggled, VIEWS, writeViews } from './views.ts';

test('views open and close in their places, and the last one stays', () => {
  expect([
    toggled(['terminal', 'inspector'], 'transcript'),
    toggled(['terminal', 'inspector'], 'terminal'),
    toggled(['inspector'], 'inspector'),
  ]).toEqual([['terminal', 'transcript', 'inspector'], ['inspector'], ['inspector']]);
});

test('views are read as they were written, and unknown words are left out', () => {
  expect([
    readViews(writeViews(VIEWS)),
    readViews('inspector sandbox'),
    readViews('sandbox'),
    readViews(null),
  ]).toEqual([VIEWS, ['inspector'], FIRST_VIEWS, FIRST_VIEWS]);
});
