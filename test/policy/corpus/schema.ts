/** The schema of the corpus: one person's number in every place and shape from which SQL can get it out again. */

/** What may not leave: each stands in one masked column. */
export const NUMBERS = {
  people: ['123-45-6789', '987-65-4321'],
  child: ['222-33-4444'],
  part: ['333-44-5555'],
  unique: ['444-55-6666'],
  wide: ['555-66-7777', '556-67-7878', '557-68-7979', '558-69-8080', '559-60-8181', '551-61-8282'],
  loud: ['666-77-8888'],
} as const;

/** Every one of them. */
export const SECRETS: readonly string[] = Object.values(NUMBERS).flat();

/** Globs of the columns that the corpus' policy masks; children, partitions and generated columns follow from them. */
export const MASKED = [
  's.people.ssn',
  's.part.ssn',
  's.u.ssn',
  's.wide.ssn',
  's.wide.dom',
  's.wide.arr',
  's.wide.c',
  's.wide.j',
  's.wide.b',
  's.loud.ssn',
] as const;

const [first, second] = NUMBERS.people;
const [wide, domain, element, field, leaf, bytes] = NUMBERS.wide;

export const SCHEMA = `
create schema s;
create table s.people (id int primary key, name text, ssn text, notes jsonb);
insert into s.people values
  (1, 'Ada', '${first}', '{"a": 1}'), (2, 'Bob', '${second}', null), (3, 'Cyd', null, '[]');
create table s.pets (id int primary key, owner int references s.people, name text);
insert into s.pets values (1, 1, 'Rex'), (2, 1, 'Tom'), (3, 2, 'Kit');
create table s.other (id int primary key, v text, w text);
insert into s.other values (1, 'one', 'eins'), (2, 'two', 'zwei');

create view s.v as select id, ssn as x from s.people;
create view s.v2 as select id, x as y from s.v;
create view s.ve as select id, ssn || '' as x from s.people;
create view s.safe as select id, name from s.people;
create view s.upd as select * from s.people where id < 100;
create materialized view s.mv as select * from s.people;
create recursive view s.tree (id, depth) as select id, 0 from s.people where id = 1
  union all select t.id + 1, t.depth + 1 from tree t where t.id < 3;

create table s.child (extra text) inherits (s.people);
insert into s.child values (10, 'Kid', '${NUMBERS.child[0]}', null, 'more');
create table s.part (id int, region text, ssn text) partition by list (region);
create table s.part_eu partition of s.part for values in ('eu');
insert into s.part values (1, 'eu', '${NUMBERS.part[0]}');

create unlogged table s.u (ssn text unique);
insert into s.u values ('${NUMBERS.unique[0]}');
create table s.chk (a text check (a <> a));
create unlogged table s.fk (ssn text references s.u (ssn));
create sequence s.seq start 7;

create domain s.dom as text check (value <> '');
create type s.comp as (a text, b int);
create table s.wide (
  id int primary key, ssn text, dom s.dom, arr text[], c s.comp, j jsonb, b bytea,
  shout text generated always as (upper(ssn)) stored, plus int generated always as (id + 1) stored
);
insert into s.wide values (1, '${wide}', '${domain}', '{x,${element}}', row('${field}', 7), '{"n": "${leaf}", "k": [1]}', '${bytes}');

create function s.f() returns setof s.people language sql stable as 'select * from s.people';
create function s.names() returns setof text language sql stable as 'select name from s.people order by id';
create function s.one(i int) returns text language sql stable as 'select ssn from s.people where id = i';
create function s.atomic(i int) returns text language sql stable
  begin atomic select ssn from s.people where id = i; end;
create function s.pl(i int) returns text language plpgsql stable
  as $$declare r text; begin select ssn into r from s.people where id = i; return r; end$$;
create function s.dyn(q text) returns setof text language plpgsql
  as $$begin return query execute q; end$$;
create function s.keep(i int) returns int language plpgsql
  as $$begin update s.other set v = (select ssn from s.people where id = i); return 1; end$$;
create procedure s.save() language plpgsql
  as $$begin update s.other set v = (select ssn from s.people where id = 1); end$$;
create function s.definer(i int) returns text language plpgsql security definer
  as $$begin return (select ssn from s.people where id = i); end$$;
create function s.whisper() returns int language plpgsql
  as $$declare r text; begin select ssn into r from s.people where id = 1; raise notice 'n %', r; return 1; end$$;
create function s.boom() returns int language plpgsql
  as $$declare r text; begin select ssn into r from s.people where id = 1;
       raise exception 'boom %', r using detail = r, hint = r, column = r, table = r, constraint = r, datatype = r, schema = r; end$$;
create function s.state() returns int language plpgsql
  as $$begin raise exception 'x' using errcode = (select 'P' || substr(ssn, 8, 4) from s.people where id = 1); end$$;
create function s.badly() returns int language plpgsql
  as $$begin execute 'select ' || quote_ident((select ssn from s.people where id = 1)); return 1; end$$;
create function s.as42() returns int language plpgsql
  as $$begin raise exception using errcode = '42P01', message = (select ssn from s.people where id = 1); end$$;
create function s.opened(c refcursor) returns refcursor language plpgsql
  as $$begin open c for execute format('select 1 as %I', (select ssn from s.people where id = 1)); return c; end$$;
create function s.report() returns int language plpgsql
  as $$begin perform set_config('application_name', (select ssn from s.people where id = 1), false); return 1; end$$;
create function s.fold(i int) returns text language plpgsql immutable
  as $$begin return (select ssn from s.people where id = i); end$$;
create function s.shifted(t text) returns text language sql immutable as 'select ''>'' || t';
create function s.same(a text, b text) returns boolean language sql immutable as 'select a = b';
create operator s.<~> (leftarg = text, rightarg = text, function = s.same);
create operator s.## (rightarg = text, function = s.shifted);
create type s.box as (inside text);
create function s.boxed(t text) returns s.box language sql immutable as 'select row(t)::s.box';
create aggregate s.glue (text) (sfunc = textcat, stype = text, initcond = '');

create table s.loud (id int, ssn text);
insert into s.loud select i, '${NUMBERS.loud[0]}' from generate_series(1, 5) i;
create function s.cry() returns trigger language plpgsql
  as $$begin raise exception 'row % is wrong', new.ssn using detail = new.ssn; end$$;
create trigger cry before insert on s.loud for each row execute function s.cry();

select lo_from_bytea(4711, '\\x6e6f7468696e67'); -- the text: nothing
analyze;
`;

/** Makes every cast one that could run code of the database's own. */
export const OWN_CAST = 'create cast (text as s.box) with function s.boxed(text)';
