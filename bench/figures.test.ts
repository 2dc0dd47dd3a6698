import { expect, test } from 'vitest';
import { figuresOf } from './figures.ts';
import type { Sample } from './measure.ts';
import { tableOf } from './report.ts';

const cell = { workload: 'prepared', clients: 8, seconds: 1, accounts: 10 } as const;

function sample(rate: number, recorded: Sample['recorded'] = null): Sample {
  const cpu = recorded === null ? null : { dataPath: 3000, shipper: 1000, total: 5000 };
  return { rate, latencies: [100, 200], units: 100, cpu, recorded };
}

const rounds = new Map([
  ['pipe', [sample(100), sample(50)]],
  ['process', [sample(80, { lag: 0.5, share: 1 }), sample(30, { lag: 1, share: 0.99 })]],
] as const);

test('figures hold the bars that are to be reached, and a record that lost something is never met', () => {
  const figures = figuresOf(cell, rounds).filter(({ bar }) => bar !== null);
  expect(figures).toEqual([
    { name: 'prepared.8.process.vs-pipe', value: 0.7, unit: 'ratio', bar: '>= 0.7', met: true },
    { name: 'prepared.8.process.recorded', value: 0.99, unit: 'ratio', bar: '= 1', met: false },
  ]);
});

test('the table has a line for each target and a column for each figure that one of them has', () => {
  expect(tableOf(cell, [...rounds.keys()], figuresOf(cell, rounds)).split('\n')).toEqual([
    'prepared, 8 clients  tps            × pipe  p50 µs  p99 µs  CPU µs  data path  shipper  lag s  recorded',
    'pipe                  75                       100     200',
    'process               55  0.70 [0.60–0.80]     100     200    50.0       30.0     10.0   1.00    0.9900',
  ]);
});
