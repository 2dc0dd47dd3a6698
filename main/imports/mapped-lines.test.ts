import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { importBytes, storyOf } from './testing/imported.ts';

const folder = mkdtempSync(join(tmpdir(), 'mapping-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function mapping(text: string): string {
  const file = join(folder, 'mapping.yaml');
  writeFileSync(file, text);
  return file;
}

const WHOLE = `
time: at
timeOf: end
session: request.id
user: actor.name
connection: target
address: from.ip
port: from.port
application: actor["app"]
text: queries[0].sql
parameters: queries[0].args
rows: result.rows
tag: result.tag
duration: took
durationUnit: ms
error: { message: error.text, sqlstate: error.code }
`.replace('actor["app"]', '[actor, app.name]');

const line = (more: object = {}) =>
  JSON.stringify({
    at: '2026-11-22T10:00:00.1234567+01:00',
    request: { id: 7 },
    actor: { name: 'agent', 'app.name': 'ci' },
    target: 'shop',
    from: { ip: '10.0.0.1', port: 5001 },
    queries: [{ sql: 'select $1, $2', args: ['a', null] }],
    result: { rows: 2, tag: 'SELECT 2' },
    took: 1.5,
    ...more,
  });

test('each part is where the mapping says', () => {
  const imported = importBytes(
    [
      line(),
      line({ at: '2026-11-22T09:00:01Z', error: { text: 'no', code: '42P01' }, result: null, took: null }),
      line({ at: '2026-11-22 09:00:02Z', request: { id: 8 }, queries: [] }),
      line({ at: 'soon' }),
    ].join('\n'),
    { mapping: mapping(WHOLE) },
  );
  expect(storyOf(imported)).toEqual([
    '1.0 09:00:00.121956 opened shop|agent|ci|10.0.0.1|5001',
    '1.1 09:00:00.121956 imported',
    '1.2 09:00:00.121956 line 1',
    '1.3 09:00:00.121956 statement 1 «»: select $1, $2 [a, NULL]',
    '1.4 09:00:00.123456 outcome 1.0 completed SELECT 2 2 rows 1500 µs',
    '1.5 09:00:01.000000 line 2',
    '1.6 09:00:01.000000 statement 2 «»: select $1, $2 [a, NULL]',
    '1.7 09:00:01.000000 outcome 2.0 failed 42P01 no',
    '2.0 09:00:02.000000 opened shop|agent|ci|10.0.0.1|5001',
    '2.1 09:00:02.000000 imported',
    '2.2 09:00:02.000000 line 3',
    'log 09:00:02.000000 line 4 (no time where the mapping says)',
    '1.8 09:00:01.000000 closed unknown the file does not tell how this session ended',
    '2.3 09:00:02.000000 closed unknown the file does not tell how this session ended',
  ]);
  expect(imported.lacks).toEqual(['identity', 'rows', 'session end', 'transaction status']);
});

test('times may be numbers, and what is not mapped is lacking', () => {
  const imported = importBytes('{"t":1795338000123,"q":"select 1"}\n', {
    mapping: mapping('time: t\ntimeUnit: ms\ntext: q\n'),
  });
  expect(storyOf(imported)).toEqual([
    '1.0 09:00:00.123000 opened ||||0',
    '1.1 09:00:00.123000 imported',
    '1.2 09:00:00.123000 line 1',
    '1.3 09:00:00.123000 statement 1: select 1',
    '1.4 09:00:00.123000 outcome 1.0 unknown',
    '1.5 09:00:00.123000 closed unknown the file does not tell how this session ended',
  ]);
  expect(imported.lacks).toContain('outcome');
});

test.each([
  ['time: t\n', 'text: '],
  ['time: t\ntext: q\nuserr: u\n', 'userr'],
  ['time: [', 'not YAML'],
])('%j is no mapping', (text, words) => {
  expect(() => importBytes('{}', { mapping: mapping(text) })).toThrow(words);
});
