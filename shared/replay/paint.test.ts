import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import {
  concat,
  dataRow,
  errorResponse,
  message,
  redacted,
  rowDescription,
  SessionRecording,
  SIMPLE,
  utf8,
  values,
} from './fixtures/recording.ts';
import { undressed } from './fixtures/undressed.ts';
import { paintStep } from './paint.ts';
import { newPainterState } from './painter-state.ts';
import { paintWindow } from './window.ts';

/** What a real terminal shows, line by line. */
async function screen(recording: SessionRecording): Promise<string[]> {
  const terminal = new Terminal({ cols: 100, rows: 24, scrollback: 1000, allowProposedApi: true });
  try {
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    const { text } = paintWindow(recording.events);
    await new Promise<void>((resolve) => {
      terminal.write(text, resolve);
    });
    const buffer = terminal.buffer.active;
    const lines = Array.from(
      { length: buffer.length },
      (_, i) => buffer.getLine(i)?.translateToString().trimEnd() ?? '',
    );
    while (lines.at(-1) === '') lines.pop();
    return lines;
  } finally {
    terminal.dispose();
  }
}

test('a result is a table under its header, like psql prints it', async () => {
  const recording = new SessionRecording().opened().simple(1, 'SELECT id, name,\n\temail FROM customers;\n');
  const answer = concat(
    rowDescription(['id', 23], ['name', 25], ['vip', 16, 1], ['email', 25]),
    dataRow('1', 'Ada', new Uint8Array([1]), 'ada@x.org'),
    dataRow('12345', '世界 🎉', new Uint8Array([0]), null),
    dataRow('3', '\x1b[31mé', null, ''),
  );
  recording.outcome(1, { tag: 'SELECT 3', rows: 3, answer });
  expect(await screen(recording)).toEqual([
    '-- Session opened to shop by agent from 127.0.0.1:50000 as psql',
    'shop=> SELECT id, name,',
    'shop->     email FROM customers;',
    '  id   |  name   | vip  |   email',
    '-------+---------+------+-----------',
    '     1 | Ada     | t    | ada@x.org',
    ' 12345 | 世界 🎉 | f    | NULL',
    '     3 | ␛[31mé  | NULL |',
    '(3 rows) · 1.23 ms',
    '',
    'shop=>',
  ]);
});

test('rows over several events are one table, a row split between events included', async () => {
  const recording = new SessionRecording().opened().simple(1, 'SELECT id FROM t');
  const bytes = concat(
    rowDescription(['id', 23]),
    ...Array.from({ length: 4 }, (_, i) => dataRow(`${i * 1000}`)),
  );
  const cuts = [0, 60, 62, bytes.length];
  const rows = { statement: 1, ordinal: 0, describedAt: null };
  for (let i = 0; i < 3; i++) {
    recording.add('rows', {
      ...rows,
      rows: 1,
      continued: i < 2,
      answer: bytes.subarray(cuts[i], cuts[i + 1]),
    });
  }
  recording.outcome(1, { tag: 'SELECT 4', rows: 4 });
  expect((await screen(recording)).slice(2)).toEqual([
    '  id',
    '------',
    '    0',
    ' 1000',
    '… the row goes on',
    ' 2000',
    ' 3000',
    '(4 rows) · 1.23 ms',
    '',
    'shop=>',
  ]);
});

test('parameters, rows by the way and the prompt of a transaction', async () => {
  const recording = new SessionRecording()
    .opened()
    .simple(1, 'BEGIN')
    .outcome(1, { tag: 'BEGIN', transaction: 'T' });
  recording.add('parse', {
    name: 's1',
    text: utf8('UPDATE orders SET note = $1 RETURNING id'),
    parameterTypes: [25, 23],
    masked: false,
  });
  const described = concat(message('t', new Uint8Array(2)), rowDescription(['id', 23]));
  recording.add('description', { target: 'S', name: 's1', message: described });
  recording.add('statement', {
    ...SIMPLE,
    statement: 2,
    protocol: 'extended',
    name: 's1',
    portal: '',
    parsedAt: 3,
    parameterFormats: [0, 1, 0],
    parameters: values("it's", new Uint8Array([0, 0, 0, 42]), null),
    parameterTypes: [25, 23],
    resultFormats: [1],
  });
  const answer = dataRow(new Uint8Array([0, 0, 0, 42]));
  recording.outcome(2, { tag: 'UPDATE 1', rows: 1, describedAt: 4, transaction: 'T', answer });
  expect((await screen(recording)).slice(3)).toEqual([
    'shop=*>',
    '-- prepare s1',
    '  UPDATE orders SET note = $1 RETURNING id',
    'shop=*> UPDATE orders SET note = $1 RETURNING id',
    "  $1 = 'it''s' text",
    '  $2 = 42 int4',
    '  $3 = NULL unknown',
    ' id',
    '----',
    ' 42',
    '(1 row) · 1.23 ms',
    '',
    'UPDATE 1',
    'shop=*>',
  ]);
});

test('an error points at its line with a caret, also when the line is long', async () => {
  const text = `SELECT *\nFROM ordres WHERE ${'世'.repeat(30)} = 1`;
  const recording = new SessionRecording().opened();
  for (const [statement, position] of [
    [1, '15'],
    [2, '45'],
  ] as const) {
    const fields = { S: 'ERROR', V: 'ERROR', C: '42P01', M: 'no\nway', P: position, D: 'why', H: 'how' };
    recording.simple(statement, text);
    recording.outcome(statement, { status: 'failed', transaction: 'E', answer: errorResponse('E', fields) });
  }
  expect((await screen(recording)).slice(3)).toEqual([
    'ERROR:  no',
    'way [42P01]',
    `LINE 2: FROM ordres WHERE ${'世'.repeat(21)}...`,
    `${' '.repeat(13)}^`,
    'DETAIL:  why',
    'HINT:  how',
    'shop=!> SELECT *',
    `shop-!> FROM ordres WHERE ${'世'.repeat(30)} = 1`,
    'ERROR:  no',
    'way [42P01]',
    `LINE 2: ...OM ordres WHERE ${'世'.repeat(22)}...`,
    `${' '.repeat(11 + 16 + 34)}^`,
    'DETAIL:  why',
    'HINT:  how',
    'shop=!>',
  ]);
});

test('an error has no caret behind a secret that was taken out of its statement', async () => {
  const recording = new SessionRecording().opened();
  for (const [statement, position] of [
    [1, '7'],
    [2, '35'],
  ] as const) {
    recording.simple(statement, "ALTER ROEL b PASSWORD '[masked]' x");
    const fields = { S: 'ERROR', V: 'ERROR', C: '42601', M: 'syntax error', P: position };
    recording.outcome(statement, { status: 'failed', transaction: 'I', answer: errorResponse('E', fields) });
  }
  expect((await screen(recording)).filter((line) => line.startsWith('LINE'))).toEqual([
    "LINE 1: ALTER ROEL b PASSWORD '[masked]' x",
  ]);
});

test('a result that failed has a table only when rows came before the error', async () => {
  const recording = new SessionRecording().opened();
  const failure = errorResponse('E', { S: 'ERROR', V: 'ERROR', C: '57014', M: 'canceling statement' });
  const described = rowDescription(['n', 23]);
  recording.simple(1, 'SELECT pg_sleep(9)');
  recording.outcome(1, { status: 'failed', answer: concat(described, failure) });
  recording.simple(2, 'SELECT n FROM slow');
  recording.outcome(2, { status: 'failed', rows: 1, answer: concat(described, dataRow('1'), failure) });
  expect((await screen(recording)).slice(1)).toEqual([
    'shop=> SELECT pg_sleep(9)',
    'ERROR:  canceling statement [57014]',
    'shop=> SELECT n FROM slow',
    ' n',
    '---',
    ' 1',
    'ERROR:  canceling statement [57014]',
    'shop=>',
  ]);
});

test('COPY data reads line by line, wherever its messages and events end', async () => {
  const recording = new SessionRecording().opened().simple(1, 'COPY t FROM STDIN');
  const data = concat(message('d', utf8('1\talice\n2\tb')), message('d', utf8('ob\n3\tx')));
  recording.add('copyIn', { statement: 1, bytes: 9, continued: true, data: data.subarray(0, 14) });
  recording.add('copyIn', { statement: 1, bytes: 9, continued: false, data: data.subarray(14) });
  recording.add('copyInEnd', { statement: 1, failed: false, reason: '' });
  recording.outcome(1, { tag: 'COPY 3' }).simple(2, 'COPY t TO STDOUT');
  const copyOut = message('d', utf8('a\\b\n'));
  recording.add('copyOut', { statement: 2, ordinal: 0, rows: 1, continued: false, data: copyOut });
  recording.outcome(2, { tag: 'COPY 1' });
  expect((await screen(recording)).slice(2)).toEqual([
    '>> 1→alice',
    '>> 2→bob',
    '>> 3→x',
    '>> \\.',
    'COPY 3 · 1.23 ms',
    'shop=> COPY t TO STDOUT',
    'a\\b',
    'COPY 1 · 1.23 ms',
    'shop=>',
  ]);
});

test('what did not end in success is said in words', async () => {
  const recording = new SessionRecording().opened();
  recording.simple(1, '').outcome(1, { status: 'empty' });
  recording.simple(2, 'FETCH 2').outcome(2, { status: 'suspended', rows: 2, transaction: null });
  recording.simple(3, 'SELECT 3').outcome(3, { status: 'skipped', transaction: null });
  recording.simple(4, 'SELECT pg_sleep(9)');
  recording.add('cancel', { accepted: true, clientAddress: '127.0.0.1' });
  recording.outcome(4, { status: 'unknown', transaction: null });
  recording.simple(5, 'SELECT secret');
  const [statement] = recording.events.splice(-1);
  if (statement !== undefined) recording.events.push(redacted(statement, 'text'));
  expect((await screen(recording)).slice(1)).toEqual([
    'shop=>',
    '(empty statement)',
    'shop=> FETCH 2',
    '(2 rows, more to fetch) · 1.23 ms',
    'shop=> SELECT 3',
    '(skipped by the server: an earlier statement failed)',
    'shop=> SELECT pg_sleep(9)',
    '^C -- Cancel request from 127.0.0.1 passed on',
    'outcome unknown: the record ends before the server’s answer',
    'shop=> (text redacted)',
  ]);
});

test('who took something out is said beside what is left', async () => {
  const recording = new SessionRecording()
    .opened()
    .simple(1, "SELECT '****'")
    .outcome(1, { tag: 'SELECT 0' });
  const told = { by: 'ada', reason: 'a card number', time: Date.UTC(2026, 10, 21) * 1000 };
  const [outcome, statement] = [recording.events.pop(), recording.events.pop()];
  if (outcome === undefined || statement === undefined) throw new Error('nothing recorded');
  recording.events.push({ ...statement, redactions: { text: told } });
  recording.events.push({ ...redacted(outcome, 'answer'), redactions: { answer: told } });
  expect((await screen(recording)).slice(1)).toEqual([
    "shop=> SELECT '****'",
    '(text redacted in part by ada on 2026-11-21: a card number)',
    '(answer redacted by ada on 2026-11-21: a card number)',
    '(answer redacted)',
    'SELECT 0 · 1.23 ms',
    'shop=>',
  ]);
});

test('what is too long is cut with a note that counts what is left out', async () => {
  const recording = new SessionRecording().opened().simple(1, `SELECT '${'x'.repeat(10_000)}'`);
  const answer = concat(rowDescription(['a', 25]), dataRow('y'.repeat(12_545)));
  recording.outcome(1, { tag: 'SELECT 1', rows: 1, answer });
  const text = (await screen(recording)).join('');
  expect(text.match(/… [\d,]+ more \w+ \(see \w+\)/g)).toEqual([
    '… 2,009 more characters (see Statement)',
    '… 12,345 more characters (see Result)',
  ]);
});

test('a row of many events is kept only as far as it is shown', () => {
  const row = dataRow('z'.repeat(1_000_000), 'last');
  const bytes = concat(rowDescription(['a', 25], ['b', 25]), row);
  const state = newPainterState();
  const recording = new SessionRecording().simple(1, 'SELECT a, b FROM t');
  for (let at = 0; at < bytes.length; at += 65_536) {
    const continued = at + 65_536 < bytes.length;
    const answer = bytes.subarray(at, at + 65_536);
    recording.add('rows', { statement: 1, ordinal: 0, rows: 1, continued, describedAt: null, answer });
  }
  const texts = recording.events.map((stored) => paintStep(stored, state));
  expect(undressed(texts.at(-1) ?? '')).toContain(
    `${'z'.repeat(200)}… 999,800 more bytes (see Result)| …`.replace('|', ' |'),
  );
  expect(state.result?.unfinished).toBeNull();
});

test('a window holds the last steps, says that there were others, and goes on from its state', () => {
  const recording = new SessionRecording().opened();
  for (let i = 1; i <= 400; i++) recording.simple(i, `SELECT ${i}`).outcome(i, { tag: 'SELECT 1' });
  const { text, state } = paintWindow(recording.events, newPainterState(), 100);
  expect(undressed(text)).toBe(
    '… earlier steps are above this window: seek to see themshop=> SELECT 400SELECT 1 · 1.23 msshop=> ',
  );
  const next = recording.simple(401, 'SELECT 401').events.at(-1);
  expect(next && paintStep(next, state)).toBe('SELECT 401\r\n');
});
