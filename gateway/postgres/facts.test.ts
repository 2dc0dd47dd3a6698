import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { factsOf, loadParser } from './facts.ts';

beforeAll(loadParser);

const brief = (sql: string) => factsOf(sql).map(({ verb, tables }) => [verb].concat(tables));

describe('verb and relations', () => {
  test.each([
    ['select 1', ['SELECT']],
    ['select * from a join s.b on true, (select * from c) x', ['SELECT', 'a', 's.b', 'c']],
    ['select * from "My T" where exists (table d)', ['SELECT', 'My T', 'd']],
    ['insert into s.t select * from u returning (select 1 from v)', ['INSERT', 's.t', 'u', 'v']],
    ['update t set a = 1 from u where t.b = u.b', ['UPDATE', 't', 'u']],
    ['delete from t using u', ['DELETE', 't', 'u']],
    ['merge into t using s on true when matched then delete', ['MERGE', 't', 's']],
    ['copy t from stdin', ['COPY FROM', 't']],
    ['copy (select * from q) to stdout', ['COPY TO', 'q']],
    ['create table z as select * from y', ['CREATE TABLE AS', 'z', 'y']],
    ['create materialized view mv as table t', ['CREATE MATERIALIZED VIEW', 'mv', 't']],
    ['create table a (b int references c)', ['CREATE TABLE', 'a', 'c']],
    ['drop table if exists a.b, c', ['DROP TABLE', 'a.b', 'c']],
    ['drop index i', ['DROP INDEX']],
    ["comment on table s.t is 'x'", ['COMMENT', 's.t']],
    ['truncate a, b', ['TRUNCATE', 'a', 'b']],
    ['alter table t rename column a to b', ['ALTER TABLE', 't']],
    ['explain analyze delete from t', ['EXPLAIN', 't']],
    ['begin', ['BEGIN']],
    ['rollback to savepoint a', ['ROLLBACK TO SAVEPOINT']],
    ["set x = 'a'", ['SET']],
    ['reset x', ['RESET']],
    ["create user x password 'y'", ['CREATE USER']],
    ["create function f() returns int language sql as 'select 1'", ['CREATE FUNCTION']],
    ['do $$ begin end $$', ['DO']],
    ['fetch 1 from c', ['FETCH']],
    ["select * from a where b = interval '1 day'", ['SELECT', 'a']],
    ['select * from orders o for update of o', ['SELECT', 'orders']],
  ])('%s', (sql, expected) => {
    expect(brief(sql)).toEqual([expected]);
  });

  test('names of WITH are no relations where they are in scope, and a change of data in WITH is the verb', () => {
    expect(brief('with t as (select * from t) select * from t, public.t')).toEqual([
      ['SELECT', 't', 'public.t'],
    ]);
    expect(brief('with recursive r as (select * from a union select * from r) select * from r')).toEqual([
      ['SELECT', 'a'],
    ]);
    expect(brief('with d as (delete from a returning *) select * from d')).toEqual([['DELETE', 'a']]);
    expect(brief('select * from (with x as (table b) table x) y, x')).toEqual([['SELECT', 'b', 'x']]);
  });
});

describe('class, columns and functions', () => {
  test.each([
    ['select id, o.total from orders o', 'read', ['orders.id', 'orders.total'], []],
    ['select a.id, name, b.* from a join s.b on a.id = b.a', 'read', ['a.id', 'name', 's.b.*', 's.b.a'], []],
    ['select * from s.t where lower(x) = now()::text', 'read', ['s.t.*', 's.t.x'], ['lower', 'now']],
    ['select public.f(t.c.d), count(*) from t', 'read', ['t.c.d'], ['count', 'public.f']],
    ['select s.t.a from s.t', 'read', ['s.t.a'], []],
    ['insert into s.t (a, b) values (1, upper($1))', 'write', ['s.t.a', 's.t.b'], ['upper']],
    ['update t set a = u.b from u where c = 1', 'write', ['c', 't.a', 'u.b'], []],
    ['delete from t where a = 1', 'write', ['t.a'], []],
    ['with w as (select a from t) select w.a, b from w', 'read', ['a', 't.a', 't.b'], []],
    ['drop table t', 'schema', [], []],
    ['grant select on t to u', 'privilege', [], []],
    ['selec', '', [], []],
  ])('%s', (sql, kind, columns, functions) => {
    expect(factsOf(sql)).toMatchObject([{ class: kind, columns, functions }]);
  });
});

describe('texts of several statements', () => {
  test('are split where the parser splits them, positions in UTF-16', () => {
    expect(factsOf("select 'é;';; -- c\n delete from s.t where a = '😀' ; ")).toEqual([
      {
        verb: 'SELECT',
        class: 'read',
        tables: [],
        columns: [],
        functions: [],
        text: "select 'é;'",
        start: 0,
        fingerprintText: 'select $1',
      },
      {
        verb: 'DELETE',
        class: 'write',
        tables: ['s.t'],
        columns: ['s.t.a'],
        functions: [],
        text: "-- c\n delete from s.t where a = '😀'",
        start: 14,
        fingerprintText: 'delete from s.t where a = $1',
      },
    ]);
  });

  test('semicolons within a statement do not end it', () => {
    const rule = 'create rule r as on insert to t do also (delete from a; delete from b)';
    expect(factsOf(`${rule}; select 7`).map(({ text }) => text)).toEqual([rule, 'select 7']);
  });

  test('a literal in the same place finds its own text behind the cache', () => {
    const texts = (a: string, b: string) => factsOf(`select '${a}'; select '${b}'`).map(({ text }) => text);
    expect([texts('1', '2'), texts('long;er', 'é')]).toEqual([
      ["select '1'", "select '2'"],
      ["select 'long;er'", "select 'é'"],
    ]);
  });
});

describe('what is no statement', () => {
  test.each([
    '',
    ' ',
    ';;',
    '-- only',
    'bogus',
    "select 'open",
    'select 1; bogus',
    'select 1\0; drop table t',
    'select 1x',
  ])('%j has no verb and keeps its text', (text) => {
    expect(factsOf(text)).toMatchObject([{ verb: '', tables: [], text, start: 0 }]);
  });

  test('a literal that does not parse does not spoil the one that does', () => {
    expect([
      brief("alter table t alter a type char('x')"),
      brief('alter table t alter a type char(1)'),
    ]).toEqual([[['']], [['ALTER TABLE', 't']]]);
  });
});

test('large texts are read in bounded time and never crash the parser', () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => `(${i}, 'a${i}', 2.5)`).join(', ');
  const large: [string, string][] = [
    [`insert into t values ${rows};`, 'INSERT'],
    [`select * from t where a in (${Array.from({ length: 100_000 }, (_, i) => i).join(',')})`, 'SELECT'],
    [`select '${'x'.repeat(1 << 20)}'`, 'SELECT'],
    [`select ${'1+'.repeat(500_000)}1`, ''],
    [`select ${'('.repeat(500_000)}1`, ''],
    [`select ${'a,'.repeat(400_000)}b`, ''],
    [`select ${'not '.repeat(11_000)}true`, ''],
    ['select a + b;'.repeat(1000), 'SELECT'],
  ];
  for (const [text, verb] of large) {
    const started = performance.now();
    expect([factsOf(text)[0]?.verb, text.slice(0, 20)]).toEqual([verb, text.slice(0, 20)]);
    expect(performance.now() - started).toBeLessThan(5000);
  }
  expect(brief('select 1 from still_there')).toEqual([['SELECT', 'still_there']]);
});

test('no text throws, and each statement lies where it says it does', () => {
  const piece = fc.constantFrom(
    'select 1',
    "delete from t where a = 'é;'",
    ';',
    ' ',
    '\n',
    '-- c\n',
    'bogus',
    '$$;$$',
    "'",
    '"',
    '\0',
    '😀',
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      for (const facts of factsOf(text))
        expect(text.slice(facts.start, facts.start + facts.text.length)).toBe(facts.text);
    }),
    { numRuns: 500 },
  );
});

test('V8 never optimises the parser, however much it parses', async () => {
  const program = `
    const { factsOf, loadParser } = await import(${JSON.stringify(join(import.meta.dirname, 'facts.ts'))});
    await loadParser();
    for (let i = 0; i < 4000; i++) factsOf('SELECT a' + i + ', b FROM t' + i + ' WHERE c IN (SELECT d FROM u) ORDER BY 1');`;
  const options = ['--trace-wasm-compilation-times', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, options, { maxBuffer: 16 << 20 });
  const compiled = [...stdout.matchAll(/using (\w+), .*bodysize (\d+)/g)].map(([, compiler, size]) => [
    compiler,
    Number(size) > 50_000,
  ]);
  expect(compiled).toContainEqual(['Liftoff', true]);
  expect(compiled).not.toContainEqual(['TurboFan', true]);
});
