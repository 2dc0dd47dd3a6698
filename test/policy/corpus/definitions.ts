/** Changes of the schema after which a masked value could be read under a name that no rule knows. */
import { held, runs, type Row } from './row.ts';

const changes = { alters: true };

export const DEFINITIONS: readonly Row[] = [
  // Another name for the same column
  held(['alter table s.people rename column ssn to nss', 'select nss from s.people']),
  held([
    "create table s.stolen as select '123-' || a || '-6789' as a from generate_series(40, 49) a, s.people c where c.id = 1 and '123-' || a || '-6789' = c.ssn",
    'select a from s.stolen',
  ]),
  held(['alter table s.people rename to folk', 'select ssn from s.folk']),
  held(['alter table s.people set schema public', 'select ssn from public.people']),
  held(['alter schema s rename to z', 'select ssn from z.people']),
  held(["update pg_namespace set nspname = 'z' where nspname = 's'", 'select ssn from z.people']),

  // No longer what it was made of
  held(['alter table s.child no inherit s.people', 'select ssn from s.child']),
  held(['alter table s.part detach partition s.part_eu', 'select ssn from s.part_eu']),
  held(['alter table s.wide alter column shout drop expression', 'select shout from s.wide']),
  held([
    'alter table s.loud add column kept text',
    'alter table s.loud alter column kept type text using ssn',
    'select kept from s.loud',
  ]),

  held([
    'alter table s.loud add column copied text generated always as (ssn) stored',
    'select copied from s.loud',
  ]),

  // Values that the server fills in
  held([
    'create table s.d (a int, v text default s.one(1))',
    'insert into s.d (a) values (1)',
    'select v from s.d',
  ]),
  held([
    'alter table s.other alter column v set default s.one(1)',
    'insert into s.other (id) values (30)',
    'select v from s.other where id = 30',
  ]),
  held(['alter table s.other add column z text default s.one(1)', 'select z from s.other']),
  held([
    'create table s.g (a int, v text generated always as (s.fold(a)) stored)',
    'insert into s.g values (1)',
    'select v from s.g',
  ]),
  held([
    'create domain s.dd as text default s.one(1)',
    'create table s.e (a int, v s.dd)',
    'insert into s.e (a) values (1)',
    'select v from s.e',
  ]),

  // What goes on being masked
  runs(
    '#',
    [
      'create table s.kid () inherits (s.people)',
      'insert into s.kid select * from s.people',
      'select ssn from s.kid',
    ],
    changes,
  ),
  runs('#', ['create view s.v3 as select id from s.people', 'select ssn from s.people'], changes),
  runs('.', ['alter table s.pets rename column name to called', 'select called from s.pets'], changes),
];
