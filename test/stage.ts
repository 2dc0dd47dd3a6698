/** A PostgreSQL, and gateways before it that are started, asked and ended one after the other: for tests of operating one. */
import { mkdtemp } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { pino } from 'pino';
import { openYoungArchive } from '../bench/recorded.ts';
import { mintToken } from '../main/commands/token.ts';
import type { SessionRow } from '../shared/api/session.ts';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { type Config, parseConfig } from '../gateway/config.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../gateway/gateway.ts';
import { startPostgres, type TestPostgres } from '../gateway/postgres/testing/postgres.ts';
import { clearAway } from './leftovers.ts';
import { endedSession } from './recorded-sessions.ts';

/** An answer of the control API. */
export interface ControlAnswer {
  readonly status: number;
  /** JSON as it is, other text as text. */
  readonly value: unknown;
}

export class Stage implements AsyncDisposable {
  readonly server: TestPostgres;
  /** Spool and archive of all gateways of this stage lie here. */
  readonly folder: string;
  readonly #opened = new AsyncDisposableStack();

  private constructor(server: TestPostgres, folder: string) {
    this.server = server;
    this.folder = folder;
    this.#opened.defer(() => server.stop());
    this.#opened.defer(() => clearAway(folder));
  }

  static async open(): Promise<Stage> {
    return new Stage(await startPostgres(), await mkdtemp(join(tmpdir(), 'stage-')));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }

  /** A connection of the configuration to this stage's database, in YAML. */
  connection(name: string): string {
    const { host, port, database, user } = this.server;
    return `{ name: ${name}, host: ${host}, port: ${port}, database: ${database}, user: ${user}, password: { env: PASSWORD }, sslmode: disable }`;
  }

  /** A configuration with these settings of `gateway`; `rest` is the text of other sections. */
  configure(settings: string, rest = `connections: [${this.connection('shop')}]`): Config {
    return parseConfig(
      `gateway: { listen: '127.0.0.1:0', ${settings} }\nissuers: [{ name: dev, profile: development }]\n${rest}`,
      this.folder,
      { PASSWORD: this.server.password },
    );
  }

  /** Starts a gateway that is closed with the stage, if not before. */
  async start(config: Config, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
    const gateway = await startGateway(config, {
      log: pino({ level: 'silent' }),
      software: 'test',
      ...options,
    });
    this.#opened.defer(() => gateway.close());
    return gateway;
  }

  token(sub: string, ci?: string, groups: readonly string[] = []): Promise<string> {
    const runtimeFile = join(this.folder, 'spool/issuer/issuer.json');
    return mintToken({ runtimeFile, sub, ci, groups }, {});
  }

  /** Connects an agent; it is gone with the stage, if not before. */
  async connect(gateway: Gateway, password: string, options: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: gateway.listen.port,
      user: 'agent',
      database: 'shop',
      password,
      ...options,
    });
    client.on('error', () => {}); // what ends the connection is what these tests look at
    await client.connect();
    this.#opened.defer(() => client.end().catch(() => {}));
    return client;
  }

  async archive(config: Config): Promise<ArchiveReader> {
    const archive = await openYoungArchive(config.archive);
    this.#opened.defer(() => archive.close());
    return archive;
  }

  /** Sends one request to the control API on `socketPath`, as the person of `token` if one is given. */
  async ask(
    socketPath: string,
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<ControlAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ControlAnswer>();
    const sent = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      'content-length': Buffer.byteLength(sent),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    request({ socketPath, method, path, headers }, (response) => {
      text(response).then((said) => {
        const json = response.headers['content-type'] === 'application/json';
        return resolve({ status: response.statusCode ?? 0, value: json ? JSON.parse(said) : said });
      }, reject);
    })
      .once('error', reject)
      .end(sent);
    return promise;
  }
}

/** The session of this agent, once the archive shows its end. */
export function ended(archive: ArchiveReader, subject: string): Promise<SessionRow> {
  return endedSession(archive, ({ identity }) => identity?.subject === subject);
}
