/** What tells a value besides rows: errors, notices, notifications, settings, plans, statistics, names of columns. */
import { approved, denied, runs, tells, uncopied, type Row } from './row.ts';

const changes = { alters: true };

export const CHANNELS: readonly Row[] = [
  // Errors and notices
  tells('insert into s.u select ssn from s.u', changes),
  approved('', 'insert into s.chk select ssn from s.people', changes),
  approved('', 'insert into s.fk select ssn from s.people where id = 1', changes),
  tells('insert into s.loud select id, ssn from s.people', changes),
  tells('update s.people set id = null where id = 1', changes),
  tells('create index i on s.people ((ssn::int))', changes),
  approved('', 'select s.whisper()'),
  tells('select id from s.people where ssn = any (array(select ssn::int::text from s.people))'),
  tells('select ssn::interval from s.people where id = 2'),
  denied('select pg_input_is_valid(ssn, ssn) from s.people'),
  denied("select message from s.people, pg_input_error_info(ssn, 'integer')"),
  denied('select format_type(0, null), to_regtype(ssn), ssn::regtype from s.people'),

  approved('', 'select s.badly()'),
  approved('', 'select s.as42()'),
  approved('.', ['select s.report()', 'show server_version'], { tells: true }),

  // Plans
  approved(
    '#',
    'explain (analyze, verbose, costs off, timing off, summary off) select * from s.people where ssn = s.fold(1)',
  ),
  approved('#', 'explain (verbose, costs off) select s.fold(1)'),
  approved('#', 'explain (verbose, format json) select id from s.people where ssn = s.fold(1)'),
  runs('.', 'explain (costs off) select id from s.people'),
  runs('.', 'explain select ssn from s.people'),

  // Statistics and what the server keeps of statements
  uncopied('#', "select most_common_vals from pg_stats where tablename = 'loud' and attname = 'ssn'"),
  uncopied('#', "select histogram_bounds from pg_stats where tablename = 'people' and attname = 'ssn'"),
  uncopied(
    '#',
    "select histogram_bounds::text from pg_catalog.pg_stats where tablename = 'people' and attname = 'ssn'",
  ),
  uncopied(
    '#',
    "select stavalues1 from pg_statistic where starelid = 's.people'::regclass and staattnum = 3",
  ),
  uncopied('.', "select null_frac from pg_stats where tablename = 'people' and attname = 'id'"),
  runs(
    '.',
    "select attname from pg_attribute where attrelid = 's.people'::regclass and attnum > 0 order by attnum",
  ),
  runs('.', 'select count(*) > 0 from pg_class'),
  uncopied('#', 'select query from pg_stat_activity where pid = pg_backend_pid()', { moving: true }),
  uncopied('#', [
    "prepare kept as select 'kept text'",
    "select statement from pg_prepared_statements where name = 'kept'",
  ]),
  uncopied(
    '#',
    ["declare k cursor for select 'kept text'", "select statement from pg_cursors where name = 'k'"],
    changes,
  ),
  uncopied('#', "select convert_from(data, 'UTF8') from pg_largeobject where loid = 4711"),
  uncopied('#', 'select lo_get(4711)'),
  uncopied('#', "select pg_read_file('PG_VERSION')"),
  uncopied('#', 'select rolpassword from pg_authid where rolname = current_user'),
  uncopied('#', 'select passwd from pg_shadow where usename = current_user'),
  runs('#', ["set app.z = 'set before'", 'show app.z']),
  runs('.', 'show server_version'),
  runs('.', 'show work_mem'),

  // Names
  denied(["select s.opened('c')", 'fetch all from c'], { simple: true }),
  approved('#', "select * from s.dyn('select ssn from s.people')"),
];
