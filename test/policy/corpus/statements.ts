/** What does more than read: changes with RETURNING, cursors, prepared statements, COPY, and ways to put a value elsewhere. */
import { denied, held, runs, tells, type Row } from './row.ts';

const changes = { alters: true };

export const STATEMENTS: readonly Row[] = [
  // RETURNING
  runs('#', 'update s.people set name = name where id = 1 returning ssn', changes),
  runs('.#', 'update s.people set name = upper(name) returning id, ssn as z', changes),
  runs('..#.', 'update s.people set name = name where id = 2 returning *', changes),
  runs('#', 'delete from s.child returning to_jsonb(child)', changes),
  runs('#', 'delete from s.pets t using s.people p where p.id = t.owner returning p.ssn', changes),
  runs('.', 'delete from s.pets t using s.people p where p.id = t.owner returning p.name', changes),
  runs('.#', "insert into s.people values (9, 'x', 'new', null) returning id, ssn", changes),
  runs(
    '#',
    "insert into s.other select id, name, 'x' from s.people on conflict (id) do update set w = excluded.w returning (select ssn from s.people where id = 1)",
    changes,
  ),
  runs('#', 'update s.people set name = name where id = 1 returning old.ssn', changes),
  runs(
    '#',
    'update s.people set name = name where id = 1 returning with (old as o, new as n) n.ssn',
    changes,
  ),
  runs('#', 'with d as (update s.people set name = name returning ssn) select ssn from d', changes),
  runs(
    '#',
    'merge into s.people p using s.pets t on p.id = t.owner and t.id = 1 when matched then update set name = p.name returning p.ssn',
    changes,
  ),
  runs('.', "insert into s.other values (8, 'a', 'b') returning v", changes),

  // Cursors and prepared statements
  runs('#', ['declare c cursor for select ssn from s.people', 'fetch all c'], changes),
  runs('.#', ['declare c scroll cursor for select id, ssn from s.people', 'fetch last c'], changes),
  runs('.', ['declare c cursor for select name from s.people', 'fetch 2 c'], changes),
  runs('#', ['prepare z as select ssn from s.people', 'execute z']),
  runs('.#', ['prepare zz (int) as select id, ssn from s.people where id = $1', 'execute zz (1)']),
  runs('.', ['prepare zzz as select name from s.people order by id', 'execute zzz']),
  runs('#', [
    'prepare zx as select 1 as ssn',
    'deallocate zx',
    'prepare zx as select ssn from s.people',
    'execute zx',
  ]),
  runs('#', [
    'set plan_cache_mode = force_generic_plan',
    'prepare zy as select ssn from s.people',
    'execute zy',
  ]),

  // Several statements in one text
  runs('#', 'select 1; select ssn from s.people', { simple: true }),
  runs('#', 'select name from s.people; select ssn from s.people; select ssn from s.people', {
    simple: true,
  }),
  denied('begin; declare c cursor for select ssn from s.people; fetch all c; commit', {
    simple: true,
    alters: false,
  }),

  // COPY
  tells('copy s.people (ssn) to stdout'),
  tells('copy s.people to stdout (format csv, header, force_quote *)'),
  tells('copy (select ssn from s.people) to stdout (format binary)'),
  tells("copy (select 1, ssn || '' from s.people) to stdout"),
  tells('copy s.mv to stdout'),
  tells("copy (select * from s.v2) to stdout (format csv, delimiter ';')"),
  tells('copy (update s.people set name = name returning ssn) to stdout', changes),
  runs('', 'copy s.people (id, name) to stdout'),
  runs('', 'copy s.other to stdout (format csv)'),

  // Put where masking does not see it: a new relation
  held(['create table s.t as select ssn as q from s.people', 'select q from s.t']),
  held(['create temp table t2 as select ssn as q from s.people', 'select q from t2']),
  held(['select ssn as q into temp t3 from s.people', 'select q from t3']),
  held(['select * into s.t4 from s.people', 'select ssn from s.t4']),
  held(['create view s.w as select ssn as q from s.people', 'select q from s.w']),
  held(["create view s.w2 as select x || '' as q from s.v", 'select q from s.w2']),
  held(['create materialized view s.w3 as select ssn as q from s.people', 'select q from s.w3']),
  held(['create temp view w4 as table s.people', 'select ssn from w4']),
  held(['create recursive view s.w5 (q) as select ssn from s.people', 'select q from s.w5']),
  held([
    'prepare mk as select ssn as q from s.people',
    'create table s.t5 as execute mk',
    'select q from s.t5',
  ]),
  held(['with q as (select ssn from s.people) select ssn as z into s.t6 from q', 'select z from s.t6']),

  // Another column
  held(["insert into s.other select id + 100, ssn, '' from s.people", 'select v from s.other']),
  held([
    "insert into s.other values (50, (select ssn from s.people where id = 1), '')",
    'select v from s.other where id = 50',
  ]),
  held(['update s.people set name = ssn', 'select name from s.people']),
  held([
    'update s.other set v = md5(ssn), w = ssn from s.people p where p.id = other.id',
    'select w from s.other',
  ]),
  held([
    'update s.other set (v, w) = (select ssn, name from s.people p where p.id = other.id)',
    'select v from s.other',
  ]),
  held([
    'merge into s.other o using s.people p on o.id = p.id when matched then update set v = p.ssn',
    'select v from s.other',
  ]),
  held([
    "merge into s.other o using s.people p on o.id = p.id + 60 when not matched then insert values (p.id + 60, p.ssn, '')",
    'select v from s.other',
  ]),
  held([
    "with m as (insert into s.other select id + 70, ssn, '' from s.people returning v) select 1 from m",
    'select v from s.other',
  ]),
  held([
    "insert into s.other values (1, '', '') on conflict (id) do update set v = (select ssn from s.people where id = 1)",
    'select v from s.other',
  ]),
  held(['update s.people set notes = to_jsonb(ssn)', 'select notes from s.people']),
  held(["insert into s.other select id + 80, shout, '' from s.wide", 'select v from s.other']),
  held(['insert into s.people (id, name) select id + 90, ssn from s.people', 'select name from s.people']),
  runs('#', ['update s.people set ssn = upper(ssn)', 'select ssn from s.people'], changes),
  runs(
    '..',
    ['update s.other set v = name from s.people p where p.id = other.id', 'select v, w from s.other'],
    changes,
  ),

  held(['update s.upd set name = ssn', 'select name from s.people']),
  held([
    'update s.people set name = q.x from (select id, ssn as x from s.people) q where q.id = people.id',
    'select name from s.people',
  ]),
  held(['update s.people set (name, notes) = row (ssn, notes)', 'select name from s.people']),
  held([
    'insert into s.people select id, name, ssn from s.people on conflict (id) do update set name = excluded.ssn',
    'select name from s.people',
  ]),
  held([
    "with d as (update s.people set name = name returning ssn) insert into s.other select 120 + row_number() over (), ssn, '' from d",
    'select v from s.other',
  ]),
  held([
    "prepare w (text) as insert into s.other values (99, $1, '')",
    'execute w (s.one(1))',
    'select v from s.other',
  ]),

  // A setting, a channel, a large object, a file
  denied(["select set_config('app.x', ssn, false) from s.people where id = 1", 'show app.x']),
  denied(["select set_config('application_name', (select ssn from s.people where id = 1), false)"]),
  denied([
    "select set_config('app.y', (select ssn from s.people where id = 1), false)",
    "select current_setting('app.y')",
  ]),
  denied(['listen ch', "select pg_notify('ch', ssn) from s.people where id = 1"], {
    simple: true,
    alters: false,
  }),
  denied(['listen ch2', "select pg_notify('ch2', (select ssn from s.people where id = 2))"], {
    simple: true,
    alters: false,
  }),
  denied(['select lo_from_bytea(815, ssn::bytea) from s.people where id = 1', 'select lo_get(815)']),
  denied([
    'select lo_put(4711, 0, ssn::bytea) from s.people where id = 1',
    'select data from pg_largeobject where loid = 4711',
  ]),
  denied(["copy (select ssn from s.people) to '{folder}/out'", "select pg_read_file('{folder}/out')"]),
  denied(["copy s.people to program 'cat > {folder}/piped'", "select pg_read_file('{folder}/piped')"]),
  denied("select setval('s.seq', replace(ssn, '-', '')::bigint) from s.people where id = 1"),

  // Code that nobody sees

  held(['do $$begin update s.people set name = ssn; end$$', 'select name from s.people']),
  held([
    "do $$begin execute 'create table s.x as select ssn as q from s.people'; end$$",
    'select q from s.x',
  ]),
  held([
    "do $$begin perform set_config('app.d', (select ssn from s.people where id = 1), false); end$$",
    'show app.d',
  ]),
  held(["do $$begin raise notice '%', (select ssn from s.people where id = 1); end$$"]),
  held(
    [
      "do $$begin perform pg_notify('ch3', (select ssn from s.people where id = 1)); end$$; listen ch3",
      'select 1',
    ],
    { simple: true, alters: false },
  ),
  held(["select s.dyn('update s.people set name = ssn returning name')", 'select name from s.people']),
  held(['select s.keep(1)', 'select v from s.other']),
  held(['call s.save()', 'select v from s.other']),
  held([
    "create function s.later() returns setof text language sql as 'select ssn from s.people'",
    'select s.later()',
  ]),
  held([
    "create rule r as on insert to s.chk do instead insert into s.other select id + 40, ssn, '' from s.people",
    "insert into s.chk values ('a')",
    'select v from s.other',
  ]),
  held(['create aggregate s.agg (text) (sfunc = textcat, stype = text)', 'select s.agg(ssn) from s.people']),
  held([
    'create operator s.@@@ (rightarg = text, function = s.shifted)',
    'select operator(s.@@@) ssn from s.people',
  ]),
];
