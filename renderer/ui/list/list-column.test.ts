import { expect, test } from 'vitest';
import { defaultLayout, readLayout, withMoved, withToggled, withWidth, writeLayout } from './list-column.ts';

const all = ['time', 'agent', 'job', 'rows', 'user'];
const shown = [
  { id: 'time', width: null },
  { id: 'rows', width: 80 },
  { id: 'agent', width: null },
];

test('a layout comes back from its text, whatever else stands in that', () => {
  expect([
    writeLayout(shown),
    readLayout('time,rows:80,agent', all),
    readLayout('nothing,rows:1,rows:90,agent:x', all),
    readLayout('', all),
    readLayout('gone', all),
  ]).toEqual([
    'time,rows:80,agent',
    shown,
    [
      { id: 'rows', width: 32 },
      { id: 'agent', width: null },
    ],
    null,
    null,
  ]);
});

test('columns move to a place and no farther than the ends', () => {
  const order = (to: number) => withMoved(shown, 'rows', to).map(({ id }) => id);
  expect([order(0), order(2), order(9), order(-1)]).toEqual([
    ['rows', 'time', 'agent'],
    ['time', 'agent', 'rows'],
    ['time', 'agent', 'rows'],
    ['rows', 'time', 'agent'],
  ]);
});

test('a column is shown behind its neighbour and hidden again; the last one stays', () => {
  expect([
    writeLayout(withToggled(shown, 'job', all)),
    writeLayout(withToggled(shown, 'rows', all)),
    writeLayout(withToggled([{ id: 'time', width: null }], 'time', all)),
    writeLayout(withToggled([{ id: 'agent', width: null }], 'time', all)),
  ]).toEqual(['time,rows:80,agent,job', 'time,agent', 'time', 'time,agent']);
});

test('a width is within reason, and can be given back', () => {
  expect([
    writeLayout(withWidth(shown, 'agent', 123.4)),
    writeLayout(withWidth(shown, 'agent', 1)),
    writeLayout(withWidth(shown, 'rows', null)),
    writeLayout(
      defaultLayout([
        { id: 'time', shown: true },
        { id: 'user', shown: false },
      ]),
    ),
  ]).toEqual(['time,rows:80,agent:123', 'time,rows:80,agent:32', 'time,rows,agent', 'time']);
});
