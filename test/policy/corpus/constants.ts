/** Values that the agent knows already, compared with a masked column or written to it: the record may not hold them either. */
import { runs, tells, type Row } from './row.ts';

const changes = { alters: true };

export const CONSTANTS: readonly Row[] = [
  runs('.', "select id from s.people where ssn = '123-45-6789'"),
  runs('.', "select id from s.people where ssn in ('123-45-6789', 'none')"),
  runs('.', "select id from s.people where '123-45-6789' = ssn or ssn like '987-65-%'"),
  runs('.', "select id from s.people where ssn between '123-45-6788' and '123-45-6789'"),
  runs('.', "select id from s.people where ssn = any (array['123-45-6789'])"),
  runs('.', "select id from s.v where x = '123-45-6789'"),
  runs('.', "select p.id from s.people p join (values ('123-45-6789')) k (n) on k.n = p.ssn"),
  runs('.', "with k (n) as (select '123-45-6789') select id from s.people, k where ssn = n"),
  runs('.', "select id from s.people where (ssn, id) = ('123-45-6789', 1)"),
  runs('.', "select id from s.people where replace(ssn, '-', '') = '123456789'"),
  runs('.', "update s.people set ssn = '123-45-6789' where id = 2 returning id", changes),
  runs('.', "insert into s.people values (91, 'new', '987-65-4321', null) returning id", changes),
  runs('.', "insert into s.people (ssn, id) select '987-65-4321', 92 returning id", changes),
  runs('.', ['prepare k (text) as select id from s.people where ssn = $1', "execute k ('123-45-6789')"]),
  runs(
    '.',
    ["declare kc cursor for select id from s.people where ssn = '123-45-6789'", 'fetch all kc'],
    changes,
  ),
  runs('.', "select id from s.people where coalesce(ssn, '123-45-6789') = ''"),
  runs(
    '.',
    "select id from s.people where greatest(ssn, '123-45-6789') = 'x' or replace(ssn, '123-45-6789', '') = ''",
  ),
  runs('', "select id from s.people where ssnn = '123-45-6789'"),
  runs('', "create index on s.people (id) where ssn = '123-45-6789'", changes),
  tells("insert into s.u values ('444-55-6666')", changes),
  runs('#', "explain (verbose, costs off) select id from s.people where ssn = '123-45-6789'"),
];
