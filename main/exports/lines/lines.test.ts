import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import { exported, opened, selected, temporaryFolder } from '../testing/exported.ts';
import { HOSTILE, type HostileArchive, writeHostileArchive } from '../testing/hostile-archive.ts';
import { parseCsv, plainCell } from '../testing/parse-csv.ts';

let archive: ArchiveReader;
let written: HostileArchive;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  const finished = (clean: () => Promise<void> | void) => void cleanups.unshift(clean);
  const folder = temporaryFolder(finished);
  written = writeHostileArchive(folder);
  archive = await opened(folder, finished);
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

type Json = Readonly<Record<string, unknown>>;

async function jsonOf(format: 'jsonl' | 'ocsf' | 'ecs', session: string): Promise<Json[]> {
  const text = (await exported(archive, format, { selection: selected('', session) })).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}

/** The lines of a table, each by its columns. */
async function tableOf(filter: string, ...sessions: string[]): Promise<Readonly<Record<string, string>>[]> {
  const text = (await exported(archive, 'csv', { selection: selected(filter, ...sessions) })).toString();
  const [head = [], ...lines] = parseCsv(text);
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, plainCell(line[i] ?? '')])));
}

describe('CSV', () => {
  test('has a line for each statement, with what it was, what became of it, and who decided', async () => {
    const lines = await tableOf('', written.plain);
    expect(
      lines.map(({ statement, text, parameters, status, decision, decided_by, masked_columns }) => [
        statement,
        text,
        parameters,
        status,
        decision,
        decided_by,
        masked_columns,
      ]),
    ).toEqual([
      ['1', 'select id, email from public.users', '[]', 'completed', '', '', 'public.users.email'],
      ['2', 'update orders set note = $1 where id = $2', '["it’s","42"]', 'completed', '', '', ''],
      ['3', 'select * from nowhere', '[]', 'failed', '', '', ''],
      ['4', 'drop table orders', '[]', 'failed', 'denied', '', ''],
      ['5', 'delete from orders', '[]', 'completed', 'held → approved', 'Ada (approve)', ''],
    ]);
  });

  test('has only the statements that the filter lets pass', async () => {
    const lines = await tableOf('verb:delete or policy:denied');
    expect(lines.map(({ text }) => text)).toEqual(['drop table orders', 'delete from orders']);
  });

  test('says that an outcome is not known', async () => {
    const lines = await tableOf('sql:pg_sleep', written.hostile);
    expect(lines.map(({ status, time }) => [status, time !== ''])).toEqual([['unknown', true]]);
  });

  test('has no cell that a spreadsheet would take for a formula', async () => {
    const text = (await exported(archive, 'csv', { selection: selected('', written.hostile) })).toString();
    const cells = parseCsv(text).flat();
    expect(cells.filter((cell) => /^[=+\-@\t\r\n＝＋－＠]/u.test(cell))).toEqual([]);
  });
});

describe('JSON lines', () => {
  test('have a header, the session, rows as they came, and each statement behind its rows', async () => {
    const lines = await jsonOf('jsonl', written.plain);
    const [, , rows] = lines;
    expect([lines.map(({ type }) => type), rows]).toEqual([
      ['header', 'session', 'rows', 'statement', 'statement', 'statement', 'statement', 'statement'],
      {
        type: 'rows',
        session: written.plain,
        statement: 1,
        ordinal: 0,
        columns: [
          { name: 'id', type: 'int4', masked: false },
          { name: 'email', type: 'text', masked: true },
        ],
        rows: [
          ['1', '████'],
          ['2', null],
        ],
      },
    ]);
  });

  test('hold hostile texts exactly, and nothing that ends a line or turns text around', async () => {
    const raw = (await exported(archive, 'jsonl', { selection: selected('', written.hostile) })).toString();
    const texts = (await jsonOf('jsonl', written.hostile)).flatMap(({ type, rows }) =>
      type === 'rows' ? (rows as string[][]).flat() : [],
    );
    expect([texts, /[\u0085\u2028\u2029\u202a-\u202e]/u.test(raw)]).toEqual([Object.values(HOSTILE), false]);
  });
});

describe('CEF', () => {
  test('has one line an event, its signs escaped', async () => {
    const text = (await exported(archive, 'cef', { selection: selected('', written.hostile) })).toString();
    const lines = text.trimEnd().split('\n');
    const malformed = lines.filter(
      (line) =>
        !/^CEF:0(?:\|(?:[^|\\]|\\[|\\])*){6}\|(?:[A-Za-z0-9]+=(?:[^=\\]|\\[=\\n])*(?: |$))+$/u.test(line),
    );
    expect([lines.length > 20, malformed]).toEqual([true, []]);
  });
});

describe('ECS', () => {
  test('tells a denial as an alert with its rule, and errors as such', async () => {
    const events = await jsonOf('ecs', written.plain);
    const denied = events.find(({ rule }) => (rule as { name?: string } | undefined)?.name === 'no-drop');
    expect(denied).toMatchObject({
      event: {
        kind: 'alert',
        category: ['database'],
        type: ['change', 'error'],
        outcome: 'failure',
        code: '42501',
        risk_score: 99,
      },
      error: { code: '42501', message: 'never' },
      user: { name: 'ci-deployer' },
      source: { ip: '127.0.0.1', port: 50_000 },
      destination: { address: 'db.example', port: 5432 },
      auditorium: { statement: { text: 'drop table orders', decision: 'denied' } },
    });
  });
});

describe('asciicast', () => {
  test('is the painter’s text in recorded time, with markers where something happened', async () => {
    const text = (
      await exported(archive, 'asciicast', { selection: selected('', written.plain) })
    ).toString();
    const [header = '', ...lines] = text.trimEnd().split('\n');
    const events = lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => JSON.parse(line) as [number, string, string]);
    const seconds = events.reduce((sum, [interval]) => sum + interval, 0);
    expect([
      JSON.parse(header),
      events.every(([interval]) => interval >= 0),
      seconds.toFixed(3),
      events.filter(([, code]) => code === 'm').map(([, , label]) => label),
      events.some(([, code, data]) => code === 'o' && data.includes('drop table orders')),
    ]).toEqual([
      {
        version: 3,
        term: { cols: 120, rows: 36, type: 'xterm-256color' },
        timestamp: Date.UTC(2026, 10, 21, 9) / 1000,
        title: `ci-deployer on shop, session ${written.plain}`,
      },
      true,
      '0.068',
      [
        'select id, email from public.users',
        'update orders set note = $1 where id = $2',
        'select * from nowhere',
        'ERROR ERROR 42P01: relation "nowhere" does not exist',
        'drop table orders',
        'POLICY Denied by no-drop: never',
        'ERROR ERROR 42501: never',
        'delete from orders',
        'POLICY Held by delete-many',
        'POLICY Request #12 approved',
      ],
      true,
    ]);
  });

  test('is of one session', async () => {
    await expect(exported(archive, 'asciicast')).rejects.toThrow('name one with --session');
  });
});

test('nothing that matches is no export', async () => {
  await expect(exported(archive, 'csv', { selection: selected('verb:vacuum') })).rejects.toThrow(
    'nothing matches verb:vacuum',
  );
});
