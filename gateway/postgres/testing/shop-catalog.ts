/** A catalog by hand with one of everything, for tables of statements and what is found of them. */
import type { Catalog } from '../catalog/catalog.ts';
import type { ColumnRef } from '../lineage/lineage.ts';
import { catalogOf } from './catalog.ts';

export const SHOP: Catalog = catalogOf({
  relations: [
    'public.people (id int, name text, ssn text, notes jsonb)',
    'public.orders (id int, person_id int, total numeric, note text)',
    'public.log (id int, what text)',
    'other.people (id int, secret text)',
    'view public.v (id int, x text) as select id, ssn as x from people',
    "view public.w (x text, n bigint) as select x || '!', (select count(*) from orders) from v where id > 0",
    'view public.broken (a text) as select nothing.at.all',
    'matview public.mv (id int, ssn text) as select id, ssn from people',
    'public.gen (a text, b text, c text from (a, b))',
    'type public.addr (street text, zip text)',
    'public.homes (id int, home public.addr, mood mood)',
    'foreign public.far (a text)',
    'public.ruled (a text)',
    'pg_catalog.pg_authid (rolname text, rolpassword text)',
    'pg_catalog.pg_class (oid int, relname text)',
  ],
  functions: [
    'public.people_of(1) returns public.people sql as select * from people where id = $1',
    'public.ssn_of(1) sql as select ssn from people where id = who',
    'public.twice(1) sql as select $1 || $1',
    'public.hidden(1) plpgsql',
    'public.lower(1) plpgsql',
    'public.writes(0) sql as insert into log values (1) returning id',
    'other.unseen(0) plpgsql',
    'public.age(1) plpgsql',
  ],
  operators: ['<=>'],
  ruled: ['public.ruled'],
});

/** `people.ssn`, with the schema where it is not public; words as they are. */
export function shown(column: ColumnRef | 'new' | 'elsewhere'): string {
  if (typeof column === 'string') return column;
  const relation = SHOP.relationByOid(column.relation);
  const name = relation?.columns.find(({ number }) => number === column.column)?.name;
  return `${relation?.schema === 'public' ? '' : `${relation?.schema}.`}${relation?.name}.${name}`;
}

/** Cases of a file: a line `> sql` each, with what is expected below. */
export function cases(text: string): (readonly [string, string])[] {
  return text
    .split(/^> /m)
    .slice(1)
    .map((one) => {
      const [sql = '', ...rest] = one.split('\n');
      return [sql, rest.join('\n').trimEnd()] as const;
    });
}
