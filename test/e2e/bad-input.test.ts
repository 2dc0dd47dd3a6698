import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { noteOwnArchive } from '../../gateway/archive/own-archives.ts';
import { parseConfig, userFolder } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { startPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { expiredToken, tokensOf } from '../../main/demo/tokens.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { auditorium } from './command-line.ts';
import { errorsIn, sendFirst, sendLater, type RawAgent } from './raw-agent.ts';

const WHO = { subject: 'tester', groups: [] };

let opened: AsyncDisposableStack;
let folder: string;
let agent: RawAgent;
let archive: ArchiveReader;
let archivePath: string;
let expired: string;

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const { port, close } = await takenPort();
  await close();
  return port;
}

async function takenPort(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return {
    port: address.port,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

beforeAll(async () => {
  opened = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'auditorium-bad-input-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const server = await startPostgres();
  opened.defer(() => server.stop());
  const target = `host: 127.0.0.1, database: postgres, user: ${server.user}, sslmode: disable`;
  const text = `gateway: { listen: '127.0.0.1:0' }
issuers: [{ name: dev, profile: development }]
connections:
  - { name: good, port: ${server.port}, ${target}, password: { env: RIGHT } }
  - { name: wrong, port: ${server.port}, ${target}, password: 'not this' }
  - { name: down, port: ${await closedPort()}, ${target}, password: 'any' }
`;
  const config = parseConfig(text, folder, { RIGHT: server.password });
  expired = await expiredToken(config.gateway.spool.dir, WHO);
  const gateway = await startGateway(config, { log: pino({ level: 'silent' }), software: 'test' });
  opened.defer(() => gateway.close());
  const token = await tokensOf(config.gateway.spool.dir).token(WHO);
  agent = { port: gateway.listen.port, connection: 'good', token };
  archivePath = gateway.archive;
  process.env['AUDITORIUM_HOME'] = join(folder, 'home');
  noteOwnArchive(userFolder(process.env), archivePath); // as the command `gateway` does
  // It is there once the first event was shipped.
  archive = await vi.waitFor(() => openArchive(archivePath), { timeout: 5000 });
  opened.defer(() => archive.close());
});

afterAll(() => opened.disposeAsync());

/** Runs a statement as a client that behaves. */
async function ask(connection: string, password: string, text: string): Promise<unknown> {
  const client = new Client({
    host: '127.0.0.1',
    port: agent.port,
    user: 'tester',
    password,
    database: connection,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: unknown }>(text);
    return rows[0]?.answer;
  } finally {
    await client.end();
  }
}

/** The gateway still serves, and still records. */
async function expectWorking(mark: string): Promise<void> {
  expect(await ask('good', agent.token, `SELECT '${mark}' AS answer`)).toBe(mark);
  const texts = async () =>
    (await archive.statements({ filter: EVERYTHING, limit: 50 })).items.map(({ text }) => text);
  await expect.poll(texts).toContain(`SELECT '${mark}' AS answer`);
}

describe('an agent is refused with one error that a person understands, on the record:', () => {
  const refusals = [
    ['unknown connection name', 'nothing', () => agent.token, { code: '3D000', says: /nothing/ }],
    ['expired token', 'good', () => expired, { code: '28000', says: /expired/ }],
    ['no token at all', 'good', () => 'hunter2', { code: '28000', says: /token/ }],
    ['database down', 'down', () => agent.token, { code: '08001', says: /down/ }],
    ['wrong password upstream', 'wrong', () => agent.token, { code: '08004', says: /wrong/ }],
  ] as const;

  test.each(refusals)('%s', async (name, connection, password, { code, says }) => {
    const failure = ask(connection, password(), 'SELECT 1');
    await expect(failure).rejects.toMatchObject({
      severity: 'FATAL',
      code,
      message: expect.stringMatching(says),
    });
    await expect(failure).rejects.not.toThrow(/not this|undefined|\[object/);
    const last = async () => {
      const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 1 });
      return items.map((session) => ({
        connection: session.connection,
        outcome: session.outcome,
        told: session.reason !== null,
      }));
    };
    await expect
      .poll(last)
      .toEqual([{ connection, outcome: expect.stringMatching(/refused|failed/), told: true }]);
    await expectWorking(`after ${name}`);
  });
});

/** One message of the frontend: a letter, any length, and a body of any other. */
const message = fc
  .record({
    letter: fc.integer({ min: 0, max: 255 }),
    length: fc.oneof(
      fc.constantFrom(0, 1, 3, 4, 5, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
      fc.integer({ min: 0, max: 300 }),
    ),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ letter, length, body }) => {
    const head = Buffer.alloc(5);
    head[0] = letter;
    head.writeUInt32BE(length, 1);
    return Buffer.concat([head, body]);
  });

/** A start-up packet that says the right things at any length. */
const startup = fc
  .record({
    length: fc.oneof(
      fc.constantFrom(0, 4, 7, 8, 9, 10_000, 10_001, 0x7fff_ffff, 0xffff_ffff),
      fc.integer({ min: 0, max: 400 }),
    ),
    version: fc.constantFrom(0x30000, 0x30002, 0x20000, 80877102, 80877103, 80877104, 0),
    body: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constant(Buffer.from('user\0raw\0database\0good\0\0')),
    ),
  })
  .map(({ length, version, body }) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(length, 0);
    head.writeUInt32BE(version, 4);
    return Buffer.concat([head, body]);
  });

describe('bytes that are no protocol end their own connection and nothing else:', () => {
  const answered = async (answer: Promise<Buffer>) => errorsIn(await answer);

  test('any bytes at start-up', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 600 }),
        async (bytes) => void (await sendFirst(agent, bytes)),
      ),
      { numRuns: 60 },
    );
    await expectWorking('after any bytes');
  });

  test('start-up packets of any length', { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(startup, async (bytes) => void (await sendFirst(agent, bytes))),
      { numRuns: 60 },
    );
    await expectWorking('after start-ups');
  });

  test('messages of any letter and length after the login', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 4 }), async (messages) => {
        expect(
          (await answered(sendLater(agent, Buffer.concat(messages)))).every((code) =>
            /^[0-9A-Z]{5}$/.test(code),
          ),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
    await expectWorking('after messages');
  });

  test('a message longer than any may be', async () => {
    const tooLong = Buffer.from([0x51, 0x7f, 0xff, 0xff, 0xff]);
    expect(await answered(sendLater(agent, tooLong))).toEqual(['08P01']);
    await expectWorking('after too long');
  });
});

describe('a command ends with one line that says what is wrong, and a status of its own:', () => {
  test('port taken', async () => {
    const { port, close } = await takenPort();
    const config = join(folder, 'taken.yaml');
    await writeFile(
      config,
      `gateway: { listen: '127.0.0.1:${port}', spool: { dir: ./other } }\narchive: ./other-archive\n`,
    );
    const why = `PORT_TAKEN: another program listens on 127.0.0.1:${port}`;
    expect(await auditorium('gateway', '--config', config)).toEqual({
      status: 5,
      complaints: [expect.stringContaining(why)],
    });
    expect(
      await auditorium('open', archivePath, '--browser', '--no-open', '--port', String(port)),
    ).toMatchObject({
      status: 5,
      complaints: expect.arrayContaining([expect.stringContaining(why)]),
    });
    await close();
  });

  test('an archive that is none', async () => {
    const none = join(folder, 'none');
    await mkdir(none);
    await writeFile(join(none, 'notes.audit'), 'these are notes, and no database');
    for (const path of [none, join(none, 'notes.audit')]) {
      const complaints = [expect.stringMatching(/^auditorium: NOT_AN_ARCHIVE: .*notes\.audit/)];
      expect(await auditorium('find', path)).toEqual({ status: 4, complaints });
    }
    const absent = [expect.stringMatching(/^auditorium: ARCHIVE_NOT_FOUND: .*absent/)];
    expect(await auditorium('find', join(folder, 'absent'))).toEqual({ status: 4, complaints: absent });
  });

  test('an archive from a newer version, which stays as it is', async () => {
    const newer = join(folder, 'newer.audit');
    const volume = (await readdir(archivePath)).find((name) => name.endsWith('.audit')) ?? '';
    const current = new Database(join(archivePath, volume), { readonly: true });
    await current.backup(newer);
    current.close();
    const copy = new Database(newer);
    copy.pragma(`user_version = ${Number(copy.pragma('user_version', { simple: true })) + 1}`);
    copy.close();
    const before = await readFile(newer);
    const complaints = [expect.stringMatching(/^auditorium: ARCHIVE_NEWER: .*newer\.audit/)];
    for (const words of [
      ['find', newer],
      ['open', newer, '--browser', '--no-open'],
      ['replay', newer, '0'],
    ]) {
      expect(await auditorium(...words)).toEqual({ status: 4, complaints });
    }
    expect((await readFile(newer)).equals(before)).toBe(true);
  });
});
