import { expect, test } from 'vitest';
import {
  concat,
  dataRow,
  rowDescription,
  SessionRecording,
  utf8,
} from '../../shared/replay/fixtures/recording.ts';
import { undressed } from '../../shared/replay/fixtures/undressed.ts';
import { paintWindow } from '../../shared/replay/window.ts';
import { segmentHost } from './fixtures/segment-host.ts';
import { Segments } from './segments.ts';
import { TerminalScreen } from './terminal-screen.ts';

const RESET = '\x1bc';

/** A session of `count` statements: event 0 opens it, statement n is event 2n - 1, its outcome 2n. */
function recordingOf(count: number): SessionRecording {
  const recording = new SessionRecording().opened();
  for (let n = 1; n <= count; n++) recording.simple(n, `SELECT ${n}`).outcome(n, { tag: 'SELECT 0' });
  return recording;
}

/** What the terminal holds: what was written since the last reset. */
function screenOf(recording: SessionRecording, each: number, bytes = 1, columns = () => 80) {
  const fetched: number[] = [];
  const written: string[] = [];
  const segments = new Segments('s', segmentHost(recording.events, { each, bytes, fetched }));
  const write = async (text: string): Promise<void> => void written.push(text);
  let rest = (): void => undefined;
  const screen = new TerminalScreen(segments, 'shop', { write, columns, rows: () => 24 }, (run) => {
    rest = run;
    return () => {
      rest = () => undefined;
    };
  });
  const shown = () => written.join('').split(RESET).at(-1) ?? '';
  return { screen, written, fetched, shown, rest: () => rest() };
}

test('going on step by step shows the same as seeking there', async () => {
  const recording = recordingOf(10);
  const stepped = screenOf(recording, 6);
  const sought = screenOf(recording, 6);
  for (const sequence of recording.events.keys()) await stepped.screen.show(sequence);
  await sought.screen.show(20);
  expect(stepped.shown()).toBe(sought.shown());
  expect(sought.shown()).toBe(paintWindow(recording.events).text);
});

test('going back paints the screen as it was', async () => {
  const recording = recordingOf(10);
  const { screen, shown } = screenOf(recording, 6);
  await screen.show(20);
  await screen.show(3);
  expect(shown()).toBe(paintWindow(recording.events.slice(0, 4)).text);
});

test('the latest wish wins: what was left behind is not painted', async () => {
  const { screen, written } = screenOf(recordingOf(50), 10);
  await Promise.all([screen.show(90), screen.show(5), screen.show(60), screen.show(2)]);
  expect(written.map((text) => undressed(text).includes('SELECT 2'))).toEqual([false]);
});

test('far into a long session only the segments around the cursor are fetched, and that is said', async () => {
  const { screen, fetched, shown, rest } = screenOf(recordingOf(500), 10, 200 * 1024);
  await screen.show(900);
  expect(fetched.toSorted((a, b) => a - b)).toEqual([89, 90]);
  rest();
  await expect.poll(() => fetched.toSorted((a, b) => a - b)).toEqual([88, 89, 90]);
  expect(undressed(shown())).toMatch(
    /^… the session goes on above this window: seek to see it.*shop=> SELECT 450SELECT 0 · 1.23 msshop=> $/,
  );
});

test('what is shown is painted anew once the terminal is narrower, and no word of the player breaks', async () => {
  let columns = 80;
  const { screen, shown } = screenOf(recordingOf(2), 6, 1, () => columns);
  await screen.show(2);
  expect(shown()).toContain('-- Session opened to shop by agent from 127.0.0.1:50000 as psql');
  columns = 40;
  await screen.show(2);
  expect(undressed(shown())).toMatch(
    /^-- Session opened to shop by agent from {3}127\.0\.0\.1:50000 as psql/,
  );
});

test('the rows of a long result stand above its end, wherever segments end', async () => {
  const recording = new SessionRecording().opened().simple(1, 'SELECT');
  const part = { statement: 1, ordinal: 0, describedAt: null, continued: false, rows: 1 };
  const head = rowDescription(['id', 23]);
  for (let id = 1; id <= 9; id++)
    recording.add('rows', { ...part, answer: concat(...(id === 1 ? [head] : []), dataRow(String(id))) });
  recording.outcome(1, { tag: 'SELECT 9', rows: 9 });
  const { screen, shown } = screenOf(recording, 4, 300 * 1024);
  await screen.show(11);
  expect(undressed(shown())).toMatch(/ 7 +8 +9\(9 rows\)/);
});

test('bytes in the middle of a row are not taken for rows, whatever they look like', async () => {
  const fake = dataRow('1', 'forged');
  const row = dataRow('1', concat(utf8('x'.repeat(200 - 11)), fake, utf8('x'.repeat(100)), fake));
  const recording = new SessionRecording().opened().simple(1, 'SELECT');
  const part = { statement: 1, ordinal: 0, describedAt: null };
  const cuts = [0, 200, 200 + fake.length + 100, row.length];
  for (const [at, cut] of cuts.slice(0, -1).entries()) {
    const answer = row.subarray(cut, cuts[at + 1]);
    const head = at === 0 ? rowDescription(['id', 23], ['document', 25]) : new Uint8Array();
    const ends = at === cuts.length - 2;
    recording.add('rows', { ...part, rows: ends ? 1 : 0, continued: !ends, answer: concat(head, answer) });
  }
  recording.outcome(1, { tag: 'SELECT 1', rows: 1 });
  const { screen, shown } = screenOf(recording, 1, 80 * 1024);
  await screen.show(4);
  expect(undressed(shown())).toBe(
    '… the session goes on above this window: seek to see it… the row goes on… rows that begin above this window (see Result)',
  );
});
