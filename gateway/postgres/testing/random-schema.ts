/** What random queries are about (random-query.ts), and how what is known of a column in scope is written. */

/** Types that expressions are made of. */
export type Type = 'int' | 'text';

/** A column in scope. */
export interface Known {
  readonly sql: string;
  readonly type: Type;
  /** It may be used to choose rows: nothing of the marked column is in it. */
  readonly plain: boolean;
}

/** A query with its result. */
export interface Made {
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly type: Type; readonly plain: boolean }[];
}

/** The schema; the marked column is people.ssn. */
export const RANDOM_SCHEMA = `
  create table people (id int primary key, name text, ssn text, age int, last text generated always as (right(ssn, 4)) stored);
  create table orders (id int primary key, person_id int, total int, note text);
  create view shown as select id, ssn as secret, upper(name) as name from people;
  create view counted as select p.id, p.name, (select count(*)::int from orders o where o.person_id = p.id) as orders from people p;
  create function person(int) returns setof people language sql stable as 'select * from people where id = $1';
  create function secret(who int) returns text language sql stable as 'select ssn from people where id = who';
  create function label(a text, b text) returns text language sql immutable as 'select a || $2';
  create type pair as (a text, b int);
  create function halves(int) returns table (front text, back text) language sql stable
    as 'select left(ssn, 3), name from people where id = $1';`;

/** Tables, views and what they have; \`?\` is what depends on the marked column. */
export const TABLES: Readonly<Record<string, readonly string[]>> = {
  people: ['id int', 'name text', 'ssn text ?', 'age int', 'last text ?'],
  orders: ['id int', 'person_id int', 'total int', 'note text'],
  shown: ['id int', 'secret text ?', 'name text'],
  counted: ['id int', 'name text', 'orders int'],
};
