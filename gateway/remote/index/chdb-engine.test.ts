/** A folder's ClickHouse is shared by all who open it, and ends with the last of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chdbModule, openChdb } from './chdb-engine.ts';
import { rowsOf, type Engine } from './engine.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chdb-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): Promise<Engine> => openChdb({ folder: join(folder, 'index'), database: 'auditorium' });
const found = (engine: Engine): Promise<unknown[]> => rowsOf(engine, 'SELECT x FROM t ORDER BY x');

const missing = chdbModule(process.env) === null ? ' (skipped: chdb is not installed)' : '';

test.skipIf(missing !== '')(
  `who fills an index and who reads it share one process, whoever comes first and leaves first${missing}`,
  { timeout: 60_000 },
  async () => {
    const [one, other] = await Promise.all([open(), open()]);
    await one.ask({ sql: 'CREATE TABLE t (x Int32) ENGINE = MergeTree ORDER BY x' });
    await other.ask({ sql: 'INSERT INTO t (x) FORMAT JSONEachRow', rows: '{"x":3}' });
    const seen = await found(one);
    await one.close();
    const stays = await found(other);
    const refused = await one.ask({ sql: 'SELECT 1' }).catch((error: unknown) => error);
    await other.close();
    // The last one left: the folder is free, and another process opens it.
    const again = await open();
    const kept = await found(again);
    await again.close();
    expect([seen, stays, kept, refused]).toEqual([
      [{ x: 3 }],
      [{ x: 3 }],
      [{ x: 3 }],
      expect.objectContaining({ code: 'UNREACHABLE' }),
    ]);
  },
);
