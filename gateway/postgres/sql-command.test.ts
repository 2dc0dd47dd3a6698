import { expect, test } from 'vitest';
import { commandOf, QueryCommands } from './sql-command.ts';

const read = (text: string) => commandOf(Buffer.from(text));
const inner = (text: string) => Buffer.from(text);

test('PREPARE and DECLARE give a name to the text behind AS and FOR', () => {
  expect([
    read('PREPARE Z2 AS select 1'),
    read('prepare "Z 2" (int, numeric(3, 2)) as\n delete from t'),
    read('/* a */ PREPARE z AS SELECT 1; SELECT 2'),
    read('DECLARE c CURSOR FOR SELECT 1'),
    read('declare "C""" binary insensitive no scroll cursor with hold for table t;'),
    read('DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1'),
    read('PREPARE U&"d\\0061t\\+000061" AS SELECT 1'),
  ]).toEqual([
    { kind: 'prepare', name: 'z2', text: inner(' select 1') },
    { kind: 'prepare', name: 'Z 2', text: inner('\n delete from t') },
    { kind: 'prepare', name: 'z', text: inner(' SELECT 1') },
    { kind: 'declare', name: 'c', text: inner(' SELECT 1'), hold: false },
    { kind: 'declare', name: 'C"', text: inner(' table t'), hold: true },
    { kind: 'declare', name: 'c', text: inner(' SELECT 1'), hold: false },
    { kind: 'prepare', name: 'data', text: inner(' SELECT 1') },
  ]);
});

test('names are used by EXECUTE, FETCH and MOVE, wherever they stand', () => {
  expect([
    read('execute P1 (1, $$a$$)'),
    read('EXPLAIN (ANALYZE, COSTS OFF) EXECUTE p1(2)'),
    read('explain analyze execute p1'),
    read('CREATE TEMP TABLE t AS EXECUTE p1'),
    read('FETCH ALL FROM c'),
    read('MOVE BACKWARD 3 IN "C"'),
    read('fetch c'),
    read('EXPLAIN SELECT 1'),
    read('CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()'),
  ]).toEqual([
    { kind: 'execute', name: 'p1' },
    { kind: 'execute', name: 'p1' },
    { kind: 'execute', name: 'p1' },
    { kind: 'execute', name: 'p1' },
    { kind: 'fetch', name: 'c' },
    { kind: 'fetch', name: 'C' },
    { kind: 'fetch', name: 'c' },
    null,
    null,
  ]);
});

test('names are taken by DEALLOCATE, CLOSE and DISCARD', () => {
  expect(
    [
      'DEALLOCATE s',
      'deallocate prepare S',
      'DEALLOCATE ALL',
      'DEALLOCATE PREPARE ALL',
      'deallocate "all"',
    ].map(read),
  ).toEqual([
    { kind: 'deallocate', name: 's' },
    { kind: 'deallocate', name: 's' },
    { kind: 'deallocate', name: null },
    { kind: 'deallocate', name: null },
    { kind: 'deallocate', name: 'all' },
  ]);
  expect(['CLOSE c', 'close all', 'DISCARD ALL', 'DISCARD PLANS', 'deallocate prepare'].map(read)).toEqual([
    { kind: 'close', name: 'c' },
    { kind: 'close', name: null },
    { kind: 'discard all' },
    null,
    { kind: 'deallocate', name: 'prepare' },
  ]);
});

test('the ends of transactions say where they go back to and whether another follows', () => {
  expect(
    [
      'ROLLBACK TO a',
      'rollback work to savepoint "A b"',
      'ROLLBACK TO savepoint',
      'SAVEPOINT a',
      'RELEASE a',
      'RELEASE SAVEPOINT a',
      'COMMIT AND CHAIN',
      'ROLLBACK AND NO CHAIN',
      'end and chain',
      'COMMIT',
      'ROLLBACK;',
      'CALL p()',
      'do $$ begin commit; end $$',
    ].map(read),
  ).toEqual([
    { kind: 'rollback to', name: 'a' },
    { kind: 'rollback to', name: 'A b' },
    { kind: 'rollback to', name: 'savepoint' },
    { kind: 'savepoint', name: 'a' },
    { kind: 'release', name: 'a' },
    { kind: 'release', name: 'a' },
    { kind: 'chain' },
    null,
    { kind: 'chain' },
    null,
    null,
    { kind: 'procedure' },
    { kind: 'procedure' },
  ]);
});

test('a text of several statements is split where PostgreSQL splits it', () => {
  const text = `;; select ';' ; PREPARE a AS SELECT ';'; -- close c;
    CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
    CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); CLOSE c /* ; */; DO $x$ ; $x$ ;`;
  const commands = new QueryCommands(Buffer.from(text));
  expect([0, 1, 2, 3, 4, 5, 6].map((ordinal) => commands.at(ordinal)?.kind ?? null)).toEqual([
    null,
    'prepare',
    null,
    null,
    'close',
    'procedure',
    null,
  ]);
  const skipping = new QueryCommands(Buffer.from('select 1; select 2; prepare a as select 3; close c'));
  expect([skipping.at(2), skipping.at(3)]).toEqual([
    { kind: 'prepare', name: 'a', text: inner(' select 3') },
    { kind: 'close', name: 'c' },
  ]);
});

test('a name is folded in ASCII alone and cut to 63 bytes between characters', () => {
  expect(read(`EXECUTE ÄB${'é'.repeat(40)}`)).toEqual({ kind: 'execute', name: `Äb${'é'.repeat(30)}` });
});

test('no other text is a command', () => {
  expect(
    [
      '',
      ' ',
      'SELECT 1',
      'delete from t',
      'declared',
      'EXECUTE',
      '(select 1)',
      '--',
      '/*',
      'prepare x',
      "PREPARE TRANSACTION 'x'",
    ].map(read),
  ).toEqual(Array.from({ length: 11 }, () => null));
});
