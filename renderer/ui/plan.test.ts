import { expect, test } from 'vitest';
import { readPlan } from './plan.ts';

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
    { depth: 0, title: 'Delete on orders', rows: 0, cost: 35.5, details: [] },
    {
      depth: 1,
      title: 'Index Scan using orders_status on orders',
      rows: 57,
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
