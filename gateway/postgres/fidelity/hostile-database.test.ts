/** A gateway whose databases are not what they should be: each of its connections leads to another kind of hostility. */
import { createHash } from 'node:crypto';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openYoungArchive } from '../../../bench/recorded.ts';
import { mintToken } from '../../../main/commands/token.ts';
import type { SessionRow } from '../../../shared/api/session.ts';
import { EVERYTHING } from '../../../shared/filter/filter.ts';
import { recordedEvents } from '../../../test/recorded-sessions.ts';
import type { ArchiveReader } from '../../archive/archive.ts';
import { parseConfig } from '../../config.ts';
import { startGateway, type Gateway } from '../../gateway.ts';
import { authentication, offer, rawMessage, serverFirst } from '../testing/hostile-server.ts';
import { fakeServer } from '../testing/loopback.ts';
import { authenticationOk, backendKeyData, errorResponse, readyForQuery } from '../wire/encode.ts';

const SECRET = 'open-sesame-4711';

const READY = Buffer.concat([authenticationOk(), backendKeyData(1, Buffer.alloc(4)), readyForQuery('I')]);

/** What a server says at once, or to each thing it is asked; then it falls silent. */
type Speech = readonly (Buffer | string | ((asked: string) => Buffer))[];

interface Database {
  readonly speech: Speech;
  /** Settings of its connection. */
  readonly settings?: string;
  /** What the agent is told. */
  readonly code: string;
  readonly told: string;
}

const cleartext = authentication(3, '');
const repeating = (asked: string) =>
  errorResponse({ severity: 'FATAL', sqlstate: 'XX000', message: `you said ${asked.slice(5, -1)}` });
const violation = (name: string, what: string) =>
  `the server of connection "${name}" does not keep to PostgreSQL's protocol: ${what}`;

const DATABASES: Readonly<Record<string, Database>> = {
  stuffing: {
    speech: [Buffer.concat([Buffer.from('S'), READY])],
    settings: 'sslmode: require',
    code: '08P01',
    told: 'the server of connection "stuffing" did not answer the request for TLS',
  },
  lying: {
    speech: [errorResponse({ severity: 'FATAL', sqlstate: '28000', message: 'send it in the clear' })],
    settings: 'sslmode: prefer',
    code: '08P01',
    told: 'the server of connection "lying" did not answer the request for TLS',
  },
  curious: {
    speech: [cleartext],
    code: '08004',
    told: 'the server of connection "curious" asks for password authentication; the connection allows scram-sha-256',
  },
  gossiping: {
    speech: [cleartext, repeating],
    settings: 'auth: [password]',
    code: 'XX000',
    told: 'the database of connection "gossiping" refused the session: you said …',
  },
  greedy: {
    speech: [offer('SCRAM-SHA-256'), (asked) => serverFirst(asked, 'x', 2 ** 31)],
    code: '08P01',
    told: violation('greedy', 'the server asks for 2147483648 SCRAM iterations; 1000000 is the most'),
  },
  wordy: {
    speech: [offer('SCRAM-SHA-256'), (asked) => serverFirst(asked, 'x'.repeat(65_000))],
    code: '08P01',
    told: violation('wordy', 'the first SCRAM message of the server is too long'),
  },
  huge: {
    speech: ['R\x40\0\0\0'],
    code: '08P01',
    told: violation('huge', 'a message of type "R" claims 1073741820 bytes'),
  },
  nameless: {
    speech: [rawMessage('E', 'Mno SQLSTATE here\0\0')],
    code: '08P01',
    told: 'the database of connection "nameless" refused the session: no SQLSTATE here',
  },
  nagging: {
    speech: [Buffer.concat([authenticationOk(), authentication(5, 'salt')])],
    settings: 'auth: [none]',
    code: '08P01',
    told: violation('nagging', 'a message of type "R" before it is ready'),
  },
  silent: {
    speech: [],
    code: '08001',
    told: 'the database of connection "silent" did not answer in time',
  },
  unlocked: {
    speech: [],
    settings: `password: { command: [sh, -c, 'echo ${SECRET} >&2; echo ${SECRET}; exit 7'] }`,
    code: '08004',
    told: 'the command that prints the password of connection "unlocked" ended with status 7',
  },
};

let folder: string;
let gateway: Gateway;
let archive: ArchiveReader;
let token: string;
const log: string[] = [];
const asked = new Map<string, string[]>();
const closing: (() => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-hostile-'));
  const connections = await Promise.all(Object.entries(DATABASES).map(connectionTo));
  const text = `gateway: { listen: '127.0.0.1:0', log: { level: debug } }
issuers: [{ name: dev, profile: development }]
connections:
${connections.join('\n')}`;
  const config = parseConfig(text, folder, { SECRET });
  gateway = await startGateway(config, {
    log: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    software: 'test',
  });
  token = await mintToken({ runtimeFile: join(folder, 'spool/issuer/issuer.json'), sub: 'agent' }, {});
  archive = await openYoungArchive(gateway.archive);
});

afterAll(async () => {
  await archive?.close();
  await gateway?.close();
  for (const close of closing) close();
  await rm(folder, { recursive: true, force: true });
});

async function connectionTo([name, { speech, settings = '' }]: [string, Database]): Promise<string> {
  const heard: string[] = [];
  asked.set(name, heard);
  const server = await fakeServer((socket: Socket) => {
    let turn = 0;
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk.toString('latin1'));
      const said = speech[turn++];
      if (said !== undefined)
        socket.write(typeof said === 'function' ? said(heard.at(-1) ?? '') : said, 'latin1');
    });
  });
  closing.push(server.close);
  const password = settings.includes('password: ') ? '' : 'password: { env: SECRET },';
  const sslmode = settings.includes('sslmode') ? '' : 'sslmode: disable,';
  return `  - { name: ${name}, host: 127.0.0.1, port: ${server.port}, database: d, user: u, ${password} ${sslmode} ${settings} }`;
}

async function refusal(database: string): Promise<unknown> {
  const { port } = gateway.listen;
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'agent', database, password: token });
  client.on('error', () => {});
  return client.connect().then(
    () => 'it opened',
    (error: unknown) => error,
  );
}

test('a database that misbehaves costs an agent its session, with a reason, and nobody else anything', async () => {
  const started = performance.now();
  const errors = await Promise.all(Object.keys(DATABASES).map(refusal));
  // The patience of one login, not one after the other.
  expect(performance.now() - started).toBeLessThan(15_000);
  expect(errors).toMatchObject(Object.values(DATABASES).map(({ code, told }) => ({ code, message: told })));
}, 20_000);

test('each of these sessions is on the record as refused, with the same reason', async () => {
  const refused = Object.entries(DATABASES).map(([name, { told }]) => `${name} refused: ${told}`);
  await expect.poll(async () => new Set((await sessions()).map(ending))).toEqual(new Set(refused));
});

/** A reason begins with the code of what went wrong. */
function ending({ connection, outcome, reason }: SessionRow): string {
  return `${connection} ${outcome}: ${reason?.replace(/^[A-Z_]+: /, '')}`;
}

async function sessions(): Promise<readonly SessionRow[]> {
  return (await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 100 })).items;
}

test('nothing was said in the clear to a server that was to speak TLS', () => {
  const requestForTls = '\0\0\0\x08\x04\xd2\x16\x2f';
  expect([asked.get('stuffing'), asked.get('lying')]).toEqual([[requestForTls], [requestForTls]]);
});

test('neither record nor log nor disk holds the password, in any of the forms it was used in', async () => {
  const md5 = createHash('md5').update(`${SECRET}u`).digest('hex');
  const forms = [SECRET, md5, Buffer.from(SECRET).toString('base64'), Buffer.from(SECRET).toString('hex')];
  const rows = JSON.stringify(await sessions());
  const events = (await Promise.all((await sessions()).map(eventsOf))).join('\n');
  const files: string[] = [];
  for await (const entry of glob('**', { cwd: folder, withFileTypes: true })) {
    if (entry.isFile()) files.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
  }
  const sources = [rows, events, files.join('\n'), log.join('\n')];
  expect(asked.get('gossiping')?.at(-1)).toContain(SECRET);
  for (const source of sources) {
    expect(source).toContain('gossiping');
    expect(forms.filter((form) => source.includes(form))).toEqual([]);
  }
});

async function eventsOf(session: SessionRow): Promise<string> {
  const texts: string[] = [];
  for (const stored of await recordedEvents(archive, session.id)) {
    texts.push(inspect(stored, { depth: null, maxArrayLength: null, maxStringLength: null }));
    texts.push(...Object.values(stored.payloads).map((value) => Buffer.from(value ?? []).toString('latin1')));
  }
  return texts.join('\n');
}
