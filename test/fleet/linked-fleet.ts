/** A team server, gateways that dial it, agents that ask through them and people who decide: real parts, for tests of the fleet. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { expect } from 'vitest';
import type { z } from 'zod';
import { parseConfig } from '../../gateway/config.ts';
import { type Gateway, startGateway } from '../../gateway/gateway.ts';
import { openLog } from '../../gateway/log.ts';
import { ROOT_CERTIFICATE } from '../../gateway/postgres/testing/certificate.ts';
import { startPostgres, type TestPostgres } from '../../gateway/postgres/testing/postgres.ts';
import { mintToken } from '../../main/commands/token.ts';
import { EnrolledGateways } from '../../main/fleet/enrolled.ts';
import { startTestTeam, type TestTeam, type TestTeamOptions } from '../../main/server/testing/test-team.ts';
import type { Answer, Visitor } from '../../main/server/testing/visitor.ts';
import { Inbox } from '../../shared/api/approvals.ts';
import { FleetView } from '../../shared/api/fleet.ts';
import { clearAway } from '../leftovers.ts';
import { Way } from './way.ts';

const POLICY = `version: 1
approvals: { approvers: [leads], timeout: 30s }
rules:
  - { name: every row, statement: { features: missing where }, effect: hold, message: no WHERE }
  - { name: brief, statement: { verb: DROP TABLE }, effect: hold, hold: { timeout: 2s } }
`;

/** A gateway and what it logged. */
export interface FleetMember {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly lines: readonly string[];
}

export class LinkedFleet implements AsyncDisposable {
  readonly way: Way;
  readonly team: TestTeam;
  readonly server: TestPostgres;
  readonly folder: string;
  readonly enrolled: EnrolledGateways;
  readonly #opened: AsyncDisposableStack;

  private constructor(
    parts: Pick<LinkedFleet, 'way' | 'team' | 'server' | 'folder'>,
    opened: AsyncDisposableStack,
  ) {
    this.way = parts.way;
    this.team = parts.team;
    this.server = parts.server;
    this.folder = parts.folder;
    this.enrolled = new EnrolledGateways(join(parts.folder, 'fleet'));
    this.#opened = opened;
  }

  static async start(options: TestTeamOptions = {}): Promise<LinkedFleet> {
    await using opened = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'auditorium-fleet-'));
    opened.defer(() => clearAway(folder));
    const server = await startPostgres();
    opened.defer(() => server.stop());
    const way = await Way.open();
    opened.defer(() => way[Symbol.asyncDispose]());
    const serve = { fleet: join(folder, 'fleet'), listen: { host: '127.0.0.1', port: 0 } };
    const team = await startTestTeam({ ...options, serve: { ...serve, ...options.serve }, port: way.port });
    opened.defer(() => team[Symbol.asyncDispose]());
    way.to = team.port;
    await writeFile(join(folder, 'root.pem'), ROOT_CERTIFICATE);
    return new LinkedFleet({ way, team, server, folder }, opened.move());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }

  /** Starts a gateway that dials the server by this name. */
  async gateway(
    name: string,
    { secret, fleet = '', place = name, server, audience = 'auditorium' }: MemberOptions = {},
  ): Promise<FleetMember> {
    const folder = join(this.folder, place);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'policy.yaml'), POLICY);
    const now = Date.now();
    const given = secret ?? this.enrolled.add(name, { by: 'a test', now, again: true });
    const { host, port, database, user, password } = this.server;
    const config = parseConfig(
      `gateway:
  listen: 127.0.0.1:0
  fleet: { server: '${server ?? this.team.origin}', name: ${name}, secret: { env: SECRET }, ca: ../root.pem, ${fleet} }
issuers: [{ name: dev, profile: development, issuer: '${this.team.issuer}', audience: '${audience}' }]
connections: [{ name: shop, host: ${host}, port: ${port}, database: ${database}, user: ${user}, password: { env: PASSWORD }, sslmode: disable }]
policy: ./policy.yaml
roles: { viewer: [everyone], reviewer: [leads], admin: [ops] }
`,
      folder,
      { PASSWORD: password, SECRET: given },
    );
    const lines: string[] = [];
    const sink = new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) });
    const log = openLog('debug', sink);
    const gateway = await startGateway(config, { log, software: 'test', reread: async () => config });
    this.#opened.defer(() => gateway.close());
    return { gateway, folder, lines };
  }

  /** Somebody signed in to the server, in these groups. */
  async person(subject: string, groups: string): Promise<Visitor> {
    const visitor = this.team.visitor();
    await visitor.signIn({ subject, groups });
    return visitor;
  }

  token(sub: string, groups: readonly string[] = [], expires?: string): Promise<string> {
    return mintToken({ runtimeFile: this.team.runtimeFile, sub, groups, expires }, {});
  }

  async agent({ gateway }: FleetMember, sub: string): Promise<pg.Client> {
    const { port } = gateway.listen;
    const password = await this.token(sub);
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'agent', database: 'shop', password });
    client.on('error', () => {});
    await client.connect();
    this.#opened.defer(() => client.end().catch(() => {}));
    return client;
  }

  /** Waits until the server sees each gateway so. */
  async seen(visitor: Visitor, expected: Readonly<Record<string, string>>, timeout = 8_000): Promise<void> {
    const look = async () => {
      const { gateways } = read(FleetView, await visitor.ask('GET', '/api/fleet'));
      return Object.fromEntries(gateways.map(({ name, state }) => [name, state]));
    };
    const isSo = async () => isDeepStrictEqual(await look(), expected);
    if (!(await within(timeout, isSo))) expect(await look()).toEqual(expected);
  }

  async inbox(visitor: Visitor): Promise<Inbox> {
    return read(Inbox, await visitor.ask('GET', '/api/approvals'));
  }

  /** Has an agent ask; resolves once the inbox of the server shows that its statement is held. */
  async hold(visitor: Visitor, client: pg.Client, sql: string): Promise<Held> {
    const before = new Set((await this.inbox(visitor)).requests.map(({ id }) => id));
    const answer = client.query(sql).then(
      () => 'done',
      ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
    );
    let id = '';
    const isHeld = async () => {
      const { requests } = await this.inbox(visitor);
      id = requests.find((row) => row.state === 'pending' && !before.has(row.id))?.id ?? '';
      return id !== '';
    };
    expect(await within(8_000, isHeld)).toBe(true);
    return { id, answer };
  }
}

interface MemberOptions {
  /** In place of the one that is its own. */
  readonly secret?: string;
  /** Further settings of `gateway.fleet`. */
  readonly fleet?: string;
  /** Its folder, where that is not its name. */
  readonly place?: string;
  /** In place of the real one. */
  readonly server?: string;
  /** That its tokens must be for. */
  readonly audience?: string;
}

interface Held {
  readonly id: string;
  /** What became of it, to the agent. */
  readonly answer: Promise<string>;
}

/** Whether something comes true in so many ms. */
async function within(ms: number, isTrue: () => Promise<boolean>): Promise<boolean> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (await isTrue()) return true;
    await sleep(50);
  }
  return false;
}

/** What a route answered with success. */
export function read<T>(schema: z.ZodType<T>, { status, body }: Answer): T {
  expect([status, status === 200 ? '' : body]).toEqual([200, '']);
  return schema.parse(JSON.parse(body));
}

/** Status, code and words of a refusal. */
export function refusal({ status, body }: Answer): unknown[] {
  const { code, message } = JSON.parse(body) as { code: string; message: string };
  return [status, code, message];
}
