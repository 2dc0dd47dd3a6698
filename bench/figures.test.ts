import { expect, test } from 'vitest';
import { figuresOf } from './figures.ts';
import type { Sample } from './measure.ts';
import { tableOf } from './report.ts';

const cell = { workload: 'prepared', clients: 8, seconds: 1, accounts: 10 } as const;

function sample(rate: number, recorded: Sample['recorded'] = null): Sample {
  const cpu =
    recorded === null
      ? { dataPath: 1000, shipper: 0, total: 1000 }
      : { dataPath: 3000, shipper: 1000, total: 5000 };
  return { rate, answered: rate * 2, latencies: [100, 200], units: 100, cpu, recorded };
}

const rounds = new Map([
  [
    'direct',
    [
      { ...sample(200), latencies: [40], cpu: null },
      { ...sample(100), latencies: [50], cpu: null },
    ],
  ],
  ['pipe', [sample(100), sample(50)]],
  ['process', [sample(84, { lag: 0.5, share: 1 }), sample(38, { lag: 1, share: 0.99 })]],
] as const);

test('figures hold the bars that are to be reached, and a record that lost something is never met', () => {
  const figures = figuresOf(cell, rounds, 300).filter(({ bar }) => bar !== null);
  const bars = figures.map(({ name, value, bar, met }) => [name, value, bar, met]);
  expect(bars).toEqual([
    ['prepared.8.process.vs-direct', 0.4, '>= 0.3', true],
    ['prepared.8.process.vs-pipe', 0.8, '>= 0.8', true],
    ['prepared.8.process.cpu.dataPath.vs-pipe', 3, '<= 1.5', false],
    ['prepared.8.process.lag', 1, '<= 5', true],
    ['prepared.8.process.recorded', 0.99, '= 1', false],
  ]);
});

test('in mode intent one client may wait for the disk and 200 µs', () => {
  const one = { ...cell, clients: 1 };
  const intent = new Map([
    ['direct', [{ ...sample(1), latencies: [40] }]],
    ['intent', [{ ...sample(1), latencies: [541] }]],
  ] as const);
  expect(figuresOf(one, intent, 300).find(({ name }) => name.endsWith('.added.p50'))).toEqual({
    name: 'prepared.1.intent.added.p50',
    value: 501,
    unit: 'µs',
    bar: '<= 500',
    met: false,
  });
});

test('the table has a line for each target and a column for each figure that one of them has', () => {
  expect(tableOf(cell, [...rounds.keys()], figuresOf(cell, rounds, 300)).split('\n')).toEqual([
    'prepared, 8 clients  tps  answered          × direct            × pipe  p50 µs  p99 µs  added µs  CPU µs  data path  × pipe’s  shipper  lag s  recorded',
    'direct               150                              2.00 [2.00–2.00]      40      50',
    'pipe                  75            0.50 [0.50–0.50]                       100     200        55    10.0       10.0                0.0',
    'process               61       122  0.40 [0.38–0.42]  0.80 [0.76–0.84]     100     200        55    50.0       30.0      3.00     10.0   1.00    0.9900',
  ]);
});
