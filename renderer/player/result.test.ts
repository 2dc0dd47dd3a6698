import { expect, test } from 'vitest';
import type { Step } from '../../shared/api/session.ts';
import { concat, dataRow, rowDescription, SessionRecording } from '../../shared/replay/fixtures/recording.ts';
import { newTimelineState, stepOf } from '../../shared/replay/timeline.ts';
import { partOf, partRows, resultColumns, resultShape, wholeValue, type LoadEvent } from './result.ts';

const COLUMNS = rowDescription(['id', 23], ['name', 25]);

/** The shape of a recording's first result, and how to load its events. */
function resultOf(recording: SessionRecording) {
  const state = newTimelineState();
  const steps = recording.events
    .map((stored) => stepOf(stored, state))
    .filter((step): step is Step => step !== null);
  const load: LoadEvent = async (sequence) => recording.events[sequence] ?? null;
  return { shape: resultShape(steps.filter((step) => step.statement === 1)), load };
}

test('rows are found in their part, and the outcome holds those that did not run ahead', async () => {
  const recording = new SessionRecording().simple(1, 'SELECT');
  recording.add('rows', {
    statement: 1,
    ordinal: 0,
    rows: 2,
    continued: false,
    describedAt: null,
    answer: concat(COLUMNS, dataRow('1', 'Ada'), dataRow('2', null)),
  });
  recording.outcome(1, { tag: 'SELECT 3', rows: 3, describedAt: 1, answer: dataRow('3', '') });
  const { shape, load } = resultOf(recording);
  const columns = await resultColumns(shape, load, []);
  const rows = await Promise.all(shape.parts.map((_, part) => partRows(shape, part, columns, load)));
  expect({ parts: shape.parts, rows, found: [0, 1, 2].map((row) => partOf(shape, row)) }).toEqual({
    parts: [
      { sequence: 1, firstRow: 0, rows: 2 },
      { sequence: 2, firstRow: 2, rows: 1 },
    ],
    rows: [
      [
        ['1', 'Ada'],
        ['2', null],
      ],
      [['3', '']],
    ],
    found: [0, 0, 1],
  });
});

test('a row that goes on over events is whole in the part where it ends', async () => {
  const row = dataRow('1', 'x'.repeat(100));
  const recording = new SessionRecording().simple(1, 'SELECT');
  const part = { statement: 1, ordinal: 0, continued: true, describedAt: null };
  recording.add('rows', { ...part, rows: 0, answer: concat(COLUMNS, row.subarray(0, 40)) });
  recording.add('rows', { ...part, rows: 0, answer: row.subarray(40, 80) });
  recording.outcome(1, { tag: 'SELECT 1', rows: 1, answer: row.subarray(80) });
  const { shape, load } = resultOf(recording);
  const columns = await resultColumns(shape, load, []);
  const last = shape.parts.length - 1;
  expect(await partRows(shape, last, columns, load)).toEqual([['1', 'x'.repeat(100)]]);
});

test('of a value over many events the beginning is shown, and all of it can be had', async () => {
  const value = 'é'.repeat(150_000);
  const row = dataRow('1', value, 'behind');
  const recording = new SessionRecording().simple(1, 'SELECT');
  const part = { statement: 1, ordinal: 0, continued: true, describedAt: null };
  const head = concat(COLUMNS, dataRow('0', 'a short one'));
  recording.add('rows', { ...part, rows: 1, answer: concat(head, row.subarray(0, 1_001)) });
  for (let at = 1_001; at < row.length - 500; at += 5_000)
    recording.add('rows', {
      ...part,
      rows: 0,
      answer: row.subarray(at, Math.min(at + 5_000, row.length - 500)),
    });
  recording.add('rows', { ...part, rows: 1, continued: false, answer: row.subarray(row.length - 500) });
  recording.outcome(1, { tag: 'SELECT 3', rows: 3, answer: dataRow('2', null) });
  const { shape, load } = resultOf(recording);
  const columns = await resultColumns(shape, load, []);
  const [cells] = await partRows(shape, partOf(shape, 1), columns, load);
  const long = cells?.[1];
  const here = typeof long === 'object' && long !== null ? long : { beginning: '', more: 0 };
  expect([cells?.[0], cells?.[2]]).toEqual(['1', undefined]);
  expect([value.startsWith(here.beginning), here.beginning.length > 30_000]).toEqual([true, true]);
  expect(2 * here.beginning.length + here.more).toBe(300_000);
  const whole = (at: number, column: number) => wholeValue(shape, { row: at, column }, load);
  const texts = await Promise.all([whole(0, 1), whole(1, 1), whole(1, 2), whole(2, 0), whole(2, 1)]);
  expect(texts.map((bytes) => bytes && new TextDecoder().decode(bytes))).toEqual([
    'a short one',
    value,
    'behind',
    '2',
    null,
  ]);
});

test('columns described before the statement was bound take the formats that Bind asked for', async () => {
  const recording = new SessionRecording();
  recording.add('description', { target: 'S', name: 'a', message: rowDescription(['id', 23]) });
  recording.simple(1, 'SELECT');
  recording.outcome(1, { rows: 1, describedAt: 0, answer: dataRow(new Uint8Array([0, 0, 1, 0])) });
  const { shape, load } = resultOf(recording);
  const columns = await resultColumns(shape, load, [1]);
  expect(await partRows(shape, 0, columns, load)).toEqual([['256']]);
});

test('a statement that failed has no rows; one that changed rows has none to show', async () => {
  const failed = new SessionRecording()
    .simple(1, 'SELEC')
    .outcome(1, { status: 'failed', sqlstate: '42601' });
  const update = new SessionRecording().simple(1, 'UPDATE').outcome(1, { tag: 'UPDATE 5', rows: 5 });
  const { shape, load } = resultOf(update);
  expect([resultOf(failed).shape.parts, shape.rows, await partRows(shape, 0, null, load)]).toEqual([
    [],
    5,
    [],
  ]);
});
