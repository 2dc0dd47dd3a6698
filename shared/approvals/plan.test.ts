import { expect, test } from 'vitest';
import { expectedRows, readPlan, rowsTold } from './plan.ts';

test('a plan is read node by node, with what each expects and on what condition', () => {
  const plan = {
    'Node Type': 'ModifyTable',
    Operation: 'Delete',
    'Relation Name': 'orders',
    'Plan Rows': 0,
    'Total Cost': 35.5,
    Plans: [
      {
        'Node Type': 'Index Scan',
        'Index Name': 'orders_status',
        'Relation Name': 'orders',
        'Plan Rows': 57,
        'Total Cost': 35.5,
        'Index Cond': "(status = 'stale'::text)",
        Filter: '(id > 3)',
      },
    ],
  };
  expect(readPlan(JSON.stringify([{ Plan: plan }]))).toEqual([
    { depth: 0, title: 'Delete on orders', rows: 57, isChange: true, cost: 35.5, details: [] },
    {
      depth: 1,
      title: 'Index Scan using orders_status on orders',
      rows: 57,
      isChange: false,
      cost: 35.5,
      details: ['Filter: (id > 3)', "Index Cond: (status = 'stale'::text)"],
    },
  ]);
});

test('what is no plan is none', () => {
  expect(['', '[]', '{"Plan":3}', '[{"Plan":[]}]', 'null'].map(readPlan)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

/** EXPLAIN of a change of data, as the server writes it: what is run for a value first, then what it reads. */
function changing(own: number, ...below: readonly object[]): string {
  return JSON.stringify([
    { Plan: { 'Node Type': 'ModifyTable', Operation: 'Update', 'Plan Rows': own, Plans: below } },
  ]);
}

const scan = (rows: number, more: object = { 'Parent Relationship': 'Outer' }) => ({
  'Node Type': 'Seq Scan',
  'Plan Rows': rows,
  ...more,
});
const aside = scan(1, { 'Parent Relationship': 'InitPlan' });

test('a change of data is about the rows that it reads, whatever it returns and whatever is asked beside it', () => {
  const told = (json: string) => [readPlan(json)?.map(rowsTold), expectedRows(json)];
  expect([
    told(changing(0, scan(160))),
    told(changing(0, aside, scan(160_000))),
    told(
      changing(0, scan(1, { 'Parent Relationship': 'Member' }), scan(4, { 'Parent Relationship': 'Member' })),
    ),
    told(changing(160, scan(160))),
    told(changing(0, scan(1))),
    told(changing(0, scan(0))),
    told(changing(0)),
  ]).toEqual([
    [['about 160 rows', '160'], 160],
    [['about 160,000 rows', '1', '160,000'], 160_000],
    [['about 5 rows', '1', '4'], 5],
    [['about 160 rows', '160'], 160],
    [['about 1 row', '1'], 1],
    [['about 0 rows', '0'], 0],
    [['–'], null],
  ]);
});

test('a change of data within a query counts, however few rows the query returns', () => {
  const change = {
    'Node Type': 'ModifyTable',
    Operation: 'Delete',
    'Parent Relationship': 'InitPlan',
    'Plan Rows': 0,
    Plans: [scan(9_000)],
  };
  const json = JSON.stringify([{ Plan: { 'Node Type': 'Result', 'Plan Rows': 1, Plans: [change] } }]);
  expect([
    expectedRows(json),
    expectedRows(JSON.stringify([{ Plan: scan(12) }])),
    expectedRows('no'),
  ]).toEqual([9_000, 12, null]);
});
