/** How sessions end when their identity ceases to hold, with a real database behind a real gateway. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { SessionRow } from '../../shared/api/session.ts';
import type { Event } from '../../shared/recording/event.ts';
import { endedSession, recordedEvents } from '../../test/recorded-sessions.ts';
import { Stage } from '../../test/stage.ts';
import type { ArchiveReader } from '../archive/archive.ts';
import { parseConfig, type Config } from '../config.ts';
import type { Gateway } from '../gateway.ts';
import { fingerprint } from '../identity/fingerprint.ts';
import { HttpIssuer, json } from '../identity/testing/http-issuer.ts';
import { newKey, sign, type SigningKey } from '../identity/testing/tokens.ts';

let stage: Stage;
let key: SigningKey;
/** Issues tokens that last as long as they say. */
let lasting: HttpIssuer;
/** Issues tokens whose sessions may last a second and a half. */
let brief: HttpIssuer;
let config: Config;
let gateway: Gateway;
let archive: ArchiveReader;
/** Whether {@link lasting} stands by its tokens. */
let active: boolean;

beforeAll(async () => {
  [stage, key] = await Promise.all([Stage.open(), newKey('k1')]);
  [lasting, brief] = await Promise.all([HttpIssuer.start([key.jwk]), HttpIssuer.start([key.jwk])]);
  lasting.handlers.set('/introspect', (_, response) => json(response, { active }));
  config = parseConfig(
    `gateway: { listen: '127.0.0.1:0' }
issuers:
  - { name: brief, profile: generic, issuer: "${brief.url}", audience: gw, lifetime: max(1500ms) }
  - name: lasting
    profile: generic
    issuer: "${lasting.url}"
    audience: gw
    introspection: { clientId: gw, clientSecret: { env: PASSWORD }, every: 500ms }
connections: [${stage.connection('shop')}]`,
    stage.folder,
    { PASSWORD: stage.server.password },
  );
  gateway = await stage.start(config);
  archive = await stage.archive(config);
});

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await lasting?.[Symbol.asyncDispose]();
  await brief?.[Symbol.asyncDispose]();
});

let clients: pg.Client[];

beforeEach(() => {
  active = true;
  clients = [];
});

afterEach(async () => {
  for (const client of clients) await client.end().catch(() => {});
});

function token(issuer: HttpIssuer, subject: string): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  return sign(key, { iss: issuer.url, aud: 'gw', exp, sub: subject, jti: subject });
}

/** A session named after its subject. */
async function connect(password: string, name: string): Promise<pg.Client> {
  const client = await stage.connect(gateway, password, { application_name: name });
  clients.push(client);
  return client;
}

/** Runs a query whose rows come and come; resolves to how many came when it failed, and how. */
async function streamUntilEnd(client: pg.Client): Promise<{ rows: number; error: unknown }> {
  const { promise, resolve } = Promise.withResolvers<{ rows: number; error: unknown }>();
  let rows = 0;
  const query = new pg.Query("select generate_series(1, 1000000000), repeat('x', 200)");
  query.on('row', () => rows++);
  query.on('error', (error) => resolve({ rows, error }));
  client.query(query);
  return promise;
}

/** Backends of the database that run something for a session, of all states. */
async function backendsOf(name: string): Promise<number> {
  const { host, port, user, password, database } = stage.server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  const { rows } = await client.query(
    'select count(*)::int as n from pg_stat_activity where application_name = $1',
    [name],
  );
  await client.end();
  return rows[0].n;
}

function ended(name: string): Promise<SessionRow> {
  return endedSession(archive, ({ applicationName }) => applicationName === name);
}

async function eventsOf(session: SessionRow): Promise<Event[]> {
  return (await recordedEvents(archive, session.id)).map(({ event }) => event);
}

/** What is the same however a session's identity ends: the agent's FATAL, the backend, the record. */
async function provesEnd(
  name: string,
  { rows, error }: { rows: number; error: unknown },
  message: string,
): Promise<void> {
  expect(error).toMatchObject({ severity: 'FATAL', code: '28000', message });
  expect(rows).toBeGreaterThan(1000);
  await expect.poll(() => backendsOf(name), { timeout: 5000 }).toBe(0);
  const session = await ended(name);
  expect([session.outcome, session.reason]).toEqual(['failed', message]);
  const events = await eventsOf(session);
  const recorded = events.reduce((sum, { kind, fields }) => (kind === 'rows' ? sum + fields.rows : sum), 0);
  expect(recorded).toBeGreaterThanOrEqual(rows);
  const last = events.at(-1);
  expect([last?.kind, last?.kind === 'sessionClosed' && last.fields.sqlstate]).toEqual([
    'sessionClosed',
    '28000',
  ]);
}

test('a token that expires while a query streams ends the session, the backend and the record', async () => {
  const client = await connect(await token(brief, 'expiring'), 'expiring');
  const message = 'the token expired, and with it this session; connect again with a new one';
  await provesEnd('expiring', await streamUntilEnd(client), message);
});

test('a token that an operator revokes while a query streams ends the session, and opens none', async () => {
  const password = await token(lasting, 'revoked');
  const client = await connect(password, 'revoked');
  const streaming = streamUntilEnd(client);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const value = Buffer.from(fingerprint(password)).toString('hex');
  expect(await revoke({ what: 'fingerprint', value, by: 'ops', reason: 'leaked' })).toEqual({ ended: 1 });
  await provesEnd('revoked', await streaming, 'the token was revoked by ops (leaked); this session ends');
  await expect(connect(password, 'revoked again')).rejects.toMatchObject({ code: '28000' });
  expect((await ended('revoked again')).reason).toBe(
    'REVOKED: the token is refused: the token was revoked by ops (leaked)',
  );
});

test('a token that its issuer takes back while a query streams ends the session', async () => {
  const client = await connect(await token(lasting, 'inactive'), 'inactive');
  const streaming = streamUntilEnd(client);
  await new Promise((resolve) => setTimeout(resolve, 300));
  active = false;
  await provesEnd(
    'inactive',
    await streaming,
    `the token no longer holds, says ${lasting.url}; this session ends`,
  );
  const checks = (await eventsOf(await ended('inactive'))).filter(({ kind }) => kind === 'identityChecked');
  expect(checks.map(({ fields }) => 'result' in fields && fields.result)).toEqual(['active', 'inactive']);
});

test('a session that waits for a statement ends as well, and the statement is cancelled', async () => {
  const client = await connect(await token(brief, 'waiting'), 'waiting');
  await expect(client.query('select pg_sleep(60)')).rejects.toMatchObject({
    severity: 'FATAL',
    code: '28000',
  });
  await expect.poll(() => backendsOf('waiting'), { timeout: 5000 }).toBe(0);
});

test('an idle session ends as well', async () => {
  const client = await connect(await token(brief, 'idle'), 'idle');
  const [error] = await new Promise<unknown[]>((resolve) => client.once('error', (...args) => resolve(args)));
  expect(error).toMatchObject({ severity: 'FATAL', code: '28000' });
  expect((await ended('idle')).outcome).toBe('failed');
});

test('a FATAL does not come within a row, where it would be read as its rest', async () => {
  const client = await connect(await token(brief, 'long row'), 'long row');
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const failed = client.query("select repeat('x', 50000000)").catch((error: unknown) => error);
  await once(stream, 'data'); // the beginning of the row; the rest waits in the gateway
  stream.pause();
  const session = await ended('long row');
  let tail = '';
  stream.on('data', (bytes: Buffer) => (tail = bytes.toString('latin1').slice(-200)));
  stream.resume();
  expect(await failed).toMatchObject({ message: 'Connection terminated unexpectedly' });
  expect([session.reason, tail]).toEqual([
    expect.stringContaining('the token expired'),
    'x'.repeat(tail.length),
  ]);
});

/** Asks the gateway's control socket. */
async function revoke(revocation: object): Promise<unknown> {
  const { value } = await stage.ask(config.gateway.control, 'POST', '/revocations', revocation);
  return value;
}
