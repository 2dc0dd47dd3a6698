import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase, startTestGateway, type TestGateway } from '../../../test/gateway.ts';
import { watch, type Address } from './run.ts';

/** About 110 bytes each: a file of 100 MB. */
const LINES = 900_000;

let under: TestGateway;
let folder: string;
let file: string;
beforeAll(async () => {
  under = await startTestGateway();
  folder = await mkdtemp(join(tmpdir(), 'auditorium-copy-'));
  file = join(folder, 'orders.tsv');
  await writeLines(file);
});
afterAll(async () => {
  await under[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('a file of 100 MB goes in and out by COPY unchanged, and the archive holds every byte both ways', async () => {
  await freshDatabase(under.server);
  const direct = await copyThereAndBack(under.direct);
  await freshDatabase(under.server);
  const { result, spoken, recorded } = await watch(under.address, under.archive, copyThereAndBack);
  expect(result).toEqual(direct);
  expect(result.digest).toBe(await digestOf(createReadStream(file)));
  expect(result.bytes).toBeGreaterThan(95e6);
  expect(recorded).toEqual(spoken);
}, 120_000);

async function copyThereAndBack(
  address: Address,
): Promise<{ copied: number | null; bytes: number; digest: string }> {
  const client = new pg.Client(address);
  await client.connect();
  try {
    await client.query(
      'CREATE UNLOGGED TABLE orders (id int, reference text, email text, amount text, note text)',
    );
    const into = client.query(copyFrom('COPY orders FROM STDIN'));
    await pipeline(createReadStream(file, { highWaterMark: 1 << 18 }), into);
    let bytes = 0;
    const out = client.query(copyTo('COPY orders TO STDOUT'));
    out.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    const digest = await digestOf(out);
    return { copied: into.rowCount, bytes, digest };
  } finally {
    await client.end();
  }
}

async function digestOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

async function writeLines(path: string): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (let from = 0; from < LINES; from += 10_000) {
      const lines = Array.from({ length: 10_000 }, (_, i) => lineOf(from + i));
      await handle.write(lines.join(''));
    }
  } finally {
    await handle.close();
  }
}

function lineOf(id: number): string {
  const reference = createHash('md5').update(String(id)).digest('hex');
  return `${id}\t${reference}\tcustomer-${id}@example.com\t${(id / 7).toFixed(2)}\tdelivered to the door, signed for\n`;
}
