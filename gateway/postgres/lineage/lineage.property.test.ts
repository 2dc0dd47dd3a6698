/** Lineage against the server's own answers: what differs when a column does depends on it. */
import * as fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalog } from '../catalog/catalog.ts';
import { SharedCatalogs } from '../catalog/shared-catalogs.ts';
import { factsOf } from '../facts/facts-of.ts';
import { TextReader } from '../facts/text-reader.ts';
import { TestBackend } from '../testing/backend.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { randomQuery } from '../testing/random-query.ts';
import { RANDOM_SCHEMA } from '../testing/random-schema.ts';
import type { Lineage } from './lineage.ts';

const PEOPLE = 4;

let server: TestPostgres;
let sides: readonly [TestBackend, TestBackend];
let catalog: Catalog;
let reader: TextReader;
let marked: { readonly relation: number; readonly column: number };

/** Two databases that differ in people.ssn alone. */
beforeAll(async () => {
  server = await startPostgres();
  const admin = await TestBackend.connect(server, 'postgres');
  for (const side of ['one', 'two']) await admin.run(`create database ${side}`);
  await admin.close();
  sides = [await filled('one', '1'), await filled('two', '9')];
  catalog = await new SharedCatalogs({ now: () => 0 }).session('one').refresh(sides[0]);
  reader = await TextReader.open();
  marked = { relation: catalog.relation('public', 'people')?.oid ?? 0, column: 3 };
});

afterAll(async () => {
  await reader.close();
  for (const side of sides) await side.close();
  await server.stop();
});

async function filled(database: string, digit: string): Promise<TestBackend> {
  const side = await TestBackend.connect(server, database);
  await side.run(RANDOM_SCHEMA);
  for (let id = 1; id <= PEOPLE; id++) {
    const ssn = `'${digit}${id}3-4${digit}-${id}${digit}'`;
    await side.run(
      `insert into people values (${id}, '${['Ada', 'Bob', 'Cid', 'Dana'][id - 1]}', ${ssn}, ${20 + id})`,
    );
    await side.run(`insert into orders values (${id}, ${id % 3}, ${id * 10}, 'note ${id}')`);
  }
  return side;
}

/** Values of each column, each once and sorted, since how often they come is inference; null when the statement fails. All is undone. */
async function answer({ client }: TestBackend, sql: string): Promise<string[][] | null> {
  await client.query('begin');
  try {
    const { rows, fields } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return fields.map((_, i) => [...new Set(rows.map((row) => String(row[i])))].toSorted());
  } catch (error) {
    if (error instanceof pg.DatabaseError) return null;
    throw error;
  } finally {
    await client.query('rollback');
  }
}

test('what differs with a column has it among its sources', { timeout: 60_000 }, async () => {
  const told = { ran: 0, failed: 0, differed: 0, unknown: 0, known: 0 };
  const query = fc
    .infiniteStream(fc.nat())
    .map((numbers) => randomQuery((count) => Number(numbers.next().value) % count));
  await fc.assert(
    fc.asyncProperty(query, async (sql) => {
      const [one, two] = await Promise.all([answer(sides[0], sql), answer(sides[1], sql)]);
      told.ran++;
      if (one === null || two === null) {
        told.failed++;
        return;
      }
      const read = await reader.read(sql);
      const outputs = factsOf(read, catalog, () => null).lineage[0]?.outputs ?? null;
      if (outputs === null) {
        told.unknown++;
        return;
      }
      expect(outputs.length, sql).toBe(one.length);
      for (const [i, values] of one.entries()) {
        if (values.join('\0') === two[i]?.join('\0')) continue;
        told.differed++;
        expect(dependsOnMarked(outputs[i]), `column ${i + 1} of ${sql}`).toBe(true);
      }
      told[outputs.includes('unknown') ? 'unknown' : 'known']++;
    }),
    { numRuns: 500 },
  );
  // The queries are about something, and lineage does not get by on conceding.
  expect(told.failed).toBeLessThan(told.ran / 4);
  expect(told.differed).toBeGreaterThan(told.ran / 4);
  expect(told.unknown).toBeLessThan(told.ran / 20);
});

function dependsOnMarked(sources: NonNullable<Lineage['outputs']>[number] | undefined): boolean {
  if (sources === undefined || sources === 'unknown') return true;
  return sources.some(({ relation, column }) => relation === marked.relation && column === marked.column);
}
