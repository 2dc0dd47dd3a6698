/** Which columns rules mean, in a real PostgreSQL. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MaskRule } from '../../../shared/policy/mask-rule.ts';
import { sourcesOf } from '../lineage/sources-of.ts';
import { TestBackend } from '../testing/backend.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import type { Catalog } from './catalog.ts';
import { maskedColumns } from './masked-columns.ts';
import { secretKind } from './secret-columns.ts';
import { SharedCatalogs } from './shared-catalogs.ts';

let server: TestPostgres;
let catalog: Catalog;

beforeAll(async () => {
  server = await startPostgres();
  const backend = await TestBackend.connect(server, 'postgres');
  await backend.run(`
    create table people (id int, name text, ssn text, last text generated always as (right(ssn, 4)) stored);
    create table heir () inherits (people);
    create table calls (id int, at date, caller text) partition by range (at);
    create table calls_2026 partition of calls for values from ('2026-01-01') to ('2027-01-01');
    create view shown as select id, ssn as secret, name from people;
    create view nested as select upper(secret) as loud, id from shown;
    create view whole as select p as everything from people p;
    create materialized view kept as select last from people;
    create schema other;
    create table other.people (ssn text);
    create extension pg_stat_statements schema other`);
  catalog = await new SharedCatalogs({ now: () => 0 }).session('shop').refresh(backend);
  await backend.close();
});

afterAll(() => server.stop());

function masked(...columns: readonly (string | readonly string[])[]): readonly string[] {
  const masks = columns.map((globs, at): MaskRule => {
    return { rule: `r${at + 1}`, columns: [globs].flat(), detectors: [], style: 'redact' };
  });
  return maskedColumns(catalog, masks, sourcesOf)
    .map(({ name, rule }) => `${name} ${rule}`)
    .toSorted();
}

test('a column goes with all that shows its values', () => {
  expect(masked('public.people.ssn')).toEqual([
    'public.heir.last r1',
    'public.heir.ssn r1',
    'public.kept.last r1',
    'public.nested.loud r1',
    'public.people.last r1',
    'public.people.ssn r1',
    'public.shown.secret r1',
    'public.whole.everything r1',
  ]);
});

test('a partition’s column is its table’s, and the other way round', () => {
  expect(masked('calls_2026.caller')).toEqual(['public.calls.caller r1', 'public.calls_2026.caller r1']);
  expect(masked('calls.caller')).toEqual(['public.calls.caller r1', 'public.calls_2026.caller r1']);
});

test('a rule that names a view’s column means what that shows', () => {
  expect(masked('shown.name')).toEqual([
    'public.heir.name r1',
    'public.people.name r1',
    'public.shown.name r1',
    'public.whole.everything r1',
  ]);
});

test('the first rule that names a column is its rule', () => {
  expect(masked('other.people.ssn', ['*.ssn', 'calls.caller'], 'calls.*')).toEqual([
    'other.people.ssn r1',
    'public.calls.at r3',
    'public.calls.caller r2',
    'public.calls.id r3',
    'public.calls_2026.at r3',
    'public.calls_2026.caller r2',
    'public.calls_2026.id r3',
    ...['heir.last', 'heir.ssn', 'kept.last', 'nested.loud', 'people.last', 'people.ssn', 'shown.secret']
      .concat('whole.everything')
      .map((name) => `public.${name} r2`),
  ]);
});

test('PostgreSQL’s own relations are named by no rule', () => {
  expect(masked('**')).not.toContainEqual(expect.stringMatching(/^(?:pg_catalog|information_schema)\./));
});

test('every column that is listed as secret exists, but for what comes with other extensions or versions', () => {
  const found = [...catalog.relations()].flatMap((relation) =>
    relation.columns.flatMap(({ name }) => {
      const kind = secretKind(relation, name);
      return kind === null ? [] : [`${relation.schema}.${relation.name}.${name} ${kind}`];
    }),
  );
  expect(found).toHaveLength(51);
  expect(found).toEqual(
    expect.arrayContaining([
      'pg_catalog.pg_authid.rolpassword secrets',
      'pg_catalog.pg_stats.most_common_vals values',
      'pg_catalog.pg_settings.setting settings',
      'information_schema.user_mapping_options.option_value secrets',
      'other.pg_stat_statements.query statements',
    ]),
  );
});
