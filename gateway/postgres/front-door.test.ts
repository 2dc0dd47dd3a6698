/** What strangers may say to a running gateway before it knows them. */
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { serialize } from 'pg-protocol';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openYoungArchive } from '../../bench/recorded.ts';
import { mintToken } from '../../main/commands/token.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import type { EventKind } from '../../shared/recording/event.ts';
import type { ArchiveReader } from '../archive/archive.ts';
import { parseConfig } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import { readEvents } from './fidelity/run.ts';
import { LOCALHOST, ROOT_CERTIFICATE } from './testing/certificate.ts';
import { fakeServer, received } from './testing/loopback.ts';
import { startPostgres, type TestPostgres } from './testing/postgres.ts';
import { message } from './testing/messages.ts';
import { parseStartupPacket, type StartupPacket } from './wire/startup-packet.ts';
import { clearAway } from '../../test/leftovers.ts';

const SSL = serialize.requestSsl();
const GSS = Buffer.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x30]);

/** Where the gateway shows how a server hears it: what connects here is kept and refused. */
const heard: StartupPacket[] = [];

let folder: string;
let server: TestPostgres;
let mirror: Awaited<ReturnType<typeof fakeServer>>;
let gateway: Gateway;
let archive: ArchiveReader;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'front-door-'));
  await writeFile(join(folder, 'server.crt'), LOCALHOST.cert);
  await writeFile(join(folder, 'server.key'), LOCALHOST.key, { mode: 0o600 });
  server = await startPostgres();
  mirror = await fakeServer((socket) => {
    socket.once('data', (bytes: Buffer) => {
      heard.push(parseStartupPacket(bytes.subarray(4)));
      socket.end(message('E', Buffer.from('SFATAL\0VFATAL\0C28000\0Mthe mirror lets nobody in\0\0')));
    });
  });
  const target = 'database: postgres, user: postgres, password: { env: PASSWORD }, sslmode: disable';
  const config = parseConfig(
    `gateway: { listen: '127.0.0.1:0', tls: { cert: server.crt, key: server.key } }
issuers: [{ name: dev, profile: development }]
connections:
  - { name: shop, host: ${server.host}, port: ${server.port}, ${target} }
  - { name: mirror, host: 127.0.0.1, port: ${mirror.port}, ${target} }`,
    folder,
    { PASSWORD: server.password },
  );
  gateway = await startGateway(config, { log: pino({ level: 'silent' }), software: 'test' });
  archive = await openYoungArchive(gateway.archive);
  token = await mintToken({ runtimeFile: join(folder, 'spool/issuer/issuer.json'), sub: 'agent' }, {});
});

afterAll(async () => {
  await archive?.close();
  await gateway?.close();
  mirror?.close();
  await server?.stop();
  await clearAway(folder);
});

beforeEach(() => {
  heard.length = 0;
});

/** Connects from an address of this machine that no other test uses, so that the record can be told apart. */
let hosts = 1;
function dial(localAddress = `127.7.0.${++hosts}`): { readonly socket: Socket; readonly from: string } {
  const socket = connect({ host: '127.0.0.1', port: gateway.listen.port, localAddress });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return { socket, from: localAddress };
}

/** Everything the gateway says to what is sent in one segment, until it closes the connection. */
async function ask(
  ...parts: readonly Uint8Array[]
): Promise<{ readonly said: string; readonly from: string }> {
  const { socket, from } = dial();
  socket.write(Buffer.concat(parts));
  return { said: (await received(socket)).toString('latin1'), from };
}

/** The sessions that came from an address, once the archive shows them. */
async function sessionsFrom(address: string): Promise<object[]> {
  for (;;) {
    const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 500 });
    const found = items.filter(
      ({ clientAddress, outcome }) => clientAddress === address && outcome !== 'live',
    );
    if (found.length > 0) {
      return found.map(({ outcome, reason, connection, user }) => ({ outcome, reason, connection, user }));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the events of one kind say that the session from an address has. */
async function eventsFrom(address: string, kind: EventKind): Promise<object[]> {
  await sessionsFrom(address);
  const { items } = await archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 500 });
  const id = items.find(({ clientAddress }) => clientAddress === address)?.id;
  const events = id === undefined ? [] : await readEvents(archive, id);
  return events.flatMap(({ event }) => (event.kind === kind ? [event.fields] : []));
}

function startup(minor: number, ...pairs: readonly string[]): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 0, 3, minor >> 8, minor & 255]);
  const packet = Buffer.concat([head, Buffer.from([...pairs, ''].map((text) => `${text}\0`).join(''))]);
  packet.writeUInt32BE(packet.length, 0);
  return packet;
}

const refusedAs = (said: string) => /C(.{5})\0M([^\0]*)\0/s.exec(said)?.slice(1).join(' ') ?? said;

describe('bytes stuffed behind a request for encryption', () => {
  const STUFFED = startup(0, 'user', 'agent', 'database', 'mirror');

  test.each([
    ['SSLRequest', SSL],
    ['GSSENCRequest', GSS],
  ])('%s are refused and recorded, and nothing of them is parsed', async (_, request) => {
    const { said, from } = await ask(request, STUFFED, serialize.password(token));
    expect(refusedAs(said)).toBe('08P01 received unencrypted data after SSL request');
    expect(await sessionsFrom(from)).toEqual([
      { outcome: 'refused', reason: 'received unencrypted data after SSL request', connection: '', user: '' },
    ]);
    expect(heard).toEqual([]);
  });

  test('do not survive when they come after the answer either: TLS takes them for its own', async () => {
    const { socket, from } = dial();
    socket.write(SSL);
    const [answer] = await once(socket, 'data');
    const rest = received(socket);
    socket.write(Buffer.concat([STUFFED, serialize.password(token)]));
    await rest;
    expect(String(answer)).toBe('S');
    expect(await sessionsFrom(from)).toMatchObject([
      { outcome: 'refused', reason: 'the TLS handshake failed' },
    ]);
    expect(heard).toEqual([]);
  });
});

describe('encryption', () => {
  test('is refused by GSS, and a fifth request for any ends the connection', async () => {
    const { socket, from } = dial();
    for (let round = 1; round <= 4; round++) {
      socket.write(GSS);
      expect(String((await once(socket, 'data'))[0])).toBe('N');
    }
    const rest = received(socket);
    socket.write(GSS);
    expect(refusedAs((await rest).toString('latin1'))).toContain('08P01 too many requests for encryption');
    expect(await sessionsFrom(from)).toMatchObject([{ reason: 'too many requests for encryption' }]);
  });

  test('may begin at once, with the name of the protocol', async () => {
    const { socket } = dial();
    const secure = connectTls({
      socket,
      ca: ROOT_CERTIFICATE,
      servername: 'localhost',
      ALPNProtocols: ['postgresql'],
    });
    secure.write(startup(0, 'user', 'agent', 'database', 'mirror'));
    const [asked] = await once(secure, 'data');
    expect(asked).toEqual(Buffer.from('R\0\0\0\x08\0\0\0\x03'));
  });

  test('that begins at once without a name is closed and recorded', async () => {
    const { socket, from } = dial();
    const secure = connectTls({ socket, ca: ROOT_CERTIFICATE, servername: 'localhost' });
    secure.on('error', () => {});
    secure.write(startup(0, 'user', 'agent', 'database', 'mirror'));
    await received(secure);
    const reason = 'received direct SSL connection request without ALPN protocol negotiation extension';
    expect(await sessionsFrom(from)).toEqual([{ outcome: 'refused', reason, connection: '', user: '' }]);
  });
});

describe('a start-up packet', () => {
  const AGENT = ['user', 'agent', 'database', 'mirror'] as const;

  test.each([
    [
      'a duplicate user',
      startup(0, ...AGENT, 'user', 'root'),
      '08P01 invalid startup packet: "user" appears twice',
    ],
    [
      'a NUL in a value, which makes the rest another parameter',
      startup(0, ...AGENT, 'application_name', 'x\0user', 'root'),
      '08P01 invalid startup packet: "user" appears twice',
    ],
    ['length 0', Buffer.from([0, 0, 0, 0]), '08P01 invalid length of startup packet'],
    ['length 4', Buffer.from([0, 0, 0, 4]), '08P01 invalid length of startup packet'],
    ['length 7', Buffer.from([0, 0, 0, 7]), '08P01 invalid length of startup packet'],
    ['length 10,001', Buffer.from([0, 0, 0x27, 0x11]), '08P01 invalid length of startup packet'],
    ['length 2³¹−1', Buffer.from([0x7f, 255, 255, 255]), '08P01 invalid length of startup packet'],
    [
      'no terminator',
      Buffer.from([0, 0, 0, 13, 0, 3, 0, 0, 0x75, 0x73, 0x65, 0x72, 0]),
      '08P01 invalid startup packet: a text without an end',
    ],
    [
      'protocol 2.0',
      Buffer.from([0, 0, 0, 9, 0, 2, 0, 0, 0]),
      '0A000 unsupported frontend protocol 2.0: server supports 3.0 to 3.2',
    ],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: db\r\n\r\n'), '08P01 invalid length of startup packet'],
  ])('with %s is refused and recorded', async (_, packet, told) => {
    const { said, from } = await ask(packet, serialize.password(token));
    expect(refusedAs(said)).toBe(told);
    const reason = told.slice('08P01 '.length);
    expect(await sessionsFrom(from)).toEqual([{ outcome: 'refused', reason, connection: '', user: '' }]);
    expect(heard).toEqual([]);
  });

  test.each([
    ['replication', 'database', 'replication connections are not supported by the gateway'],
    ['replication', 'true', 'replication connections are not supported by the gateway'],
    ['client_encoding', 'SJIS', 'client_encoding "SJIS" is not supported by the gateway'],
    ['role', 'postgres', 'start-up parameter "role" is not accepted by the gateway'],
    [
      'options',
      '-c role=postgres -c search_path=x',
      'start-up parameter "role" is not accepted by the gateway',
    ],
    [
      'options',
      '--session-authorization=postgres',
      'start-up parameter "session_authorization" is not accepted by the gateway',
    ],
    [
      'options',
      '-cstandard_conforming_strings=off',
      'start-up parameter "standard_conforming_strings" is not accepted by the gateway',
    ],
    [
      'options',
      '-c\\ row_security=off',
      'invalid command-line argument for server process: -c row_security=off',
    ],
    [
      'options',
      '-c session_replication_role=replica',
      'start-up parameter "session_replication_role" is not accepted by the gateway',
    ],
    ['options', '-c client_encoding=LATIN1', 'client_encoding "LATIN1" is not supported by the gateway'],
  ])('with %s=%s is refused and recorded', async (name, value, reason) => {
    const { said, from } = await ask(startup(0, ...AGENT, name, value), serialize.password(token));
    expect(refusedAs(said).slice('08P01 '.length)).toBe(reason);
    expect(await sessionsFrom(from)).toEqual([
      { outcome: 'refused', reason, connection: 'mirror', user: 'agent' },
    ]);
    expect(heard).toEqual([]);
  });

  test('that passes is on the record, settings and all', async () => {
    const { from } = await ask(
      startup(0, ...AGENT, 'options', `-c search_path=a --enable-seqscan=off -c lc_time=${token}`),
      serialize.password(token),
    );
    expect(await eventsFrom(from, 'startupSettings')).toEqual([
      { settings: ['search_path=a', 'enable_seqscan=off', 'lc_time=[masked]'] },
    ]);
  });

  test('reaches the server rebuilt from what is known to be harmless', async () => {
    const options = '-c search_path=a\\ b --enable-seqscan=off -c auditorium.job=github/1/2';
    const pairs = [
      ...AGENT,
      'application_name',
      'ci',
      'options',
      options,
      '_pq_.new',
      '1',
      'DateStyle',
      'ISO',
    ];
    const { said } = await ask(startup(9999, ...pairs), serialize.password(token));
    // NegotiateProtocolVersion: 3.2 is spoken, `_pq_.new` is not known.
    expect(said.startsWith('v\0\0\0\x15\0\x03\0\x02\0\0\0\x01_pq_.new\0R')).toBe(true);
    expect(heard).toEqual([
      {
        kind: 'session',
        minor: expect.any(Number),
        protocolOptions: [],
        parameters: new Map([
          ['user', 'postgres'],
          ['database', 'postgres'],
          ['client_encoding', 'UTF8'],
          ['search_path', 'a b'],
          ['enable_seqscan', 'off'],
          ['application_name', 'ci'],
          ['datestyle', 'ISO'],
        ]),
      },
    ]);
  });
});
