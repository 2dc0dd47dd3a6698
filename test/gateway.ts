/** A gateway with a PostgreSQL behind it and an archive, all its own and gone afterwards: for tests that run real clients. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { openYoungArchive } from '../bench/recorded.ts';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import { parseConfig } from '../gateway/config.ts';
import { startGateway } from '../gateway/gateway.ts';
import { startPostgres, type TestPostgres } from '../gateway/postgres/testing/postgres.ts';
import { mintToken } from '../main/commands/token.ts';
import { clearAway } from './leftovers.ts';

/** What the gateway calls the database, and what the database is called, so that a client sees one name either way. */
export const DATABASE = 'fidelity';

/** Where a client connects, and as whom. */
export interface TestAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface TestGateway extends AsyncDisposable {
  readonly server: TestPostgres;
  /** The database itself. */
  readonly direct: TestAddress;
  /** The same through the gateway: the password is a token. */
  readonly address: TestAddress;
  readonly archive: ArchiveReader;
  /** Its volumes' folder. */
  readonly folder: string;
}

/** Starts both; the gateway's agents may come with any valid token. */
export async function startTestGateway(
  durability: 'full' | 'intent' | 'process' = 'intent',
  mode: 'enforce' | 'observe' = 'enforce',
  spool = '{}',
  hba?: readonly string[],
): Promise<TestGateway> {
  await using opened = new AsyncDisposableStack();
  const server = await startPostgres(hba === undefined ? {} : { hba });
  opened.defer(() => server.stop());
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-fidelity-'));
  opened.defer(() => clearAway(folder));
  const config = parseConfig(configuration(durability, server, mode, spool), folder, {
    PASSWORD: server.password,
  });
  const gateway = await startGateway(config, { log: pino({ level: 'silent' }), software: 'test' });
  opened.defer(() => gateway.close());
  const runtimeFile = join(config.gateway.spool.dir, 'issuer/issuer.json');
  const token = await mintToken({ runtimeFile, sub: 'fidelity' }, {});
  const archive = await openYoungArchive(gateway.archive);
  opened.defer(() => archive.close());
  const stack = opened.move();
  const { host, user, password } = server;
  const direct = { host, port: server.port, user, password, database: DATABASE };
  return {
    server,
    direct,
    address: { ...direct, port: gateway.listen.port, password: token },
    archive,
    folder: gateway.archive,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Drops {@link DATABASE} with all that is in it and makes it anew. */
export async function freshDatabase(server: TestPostgres): Promise<void> {
  const { host, port, user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${DATABASE} TEMPLATE template0`);
  } finally {
    await client.end();
  }
}

/** The configuration file, for a gateway whose folder is the current one. */
export function configuration(
  durability: string,
  server: TestPostgres,
  mode = 'enforce',
  spool = '{}',
): string {
  return `gateway: { listen: '127.0.0.1:0', durability: ${durability}, mode: ${mode}, spool: ${spool} }
issuers:
  - { name: dev, profile: development }
connections:
  - name: ${DATABASE}
    host: ${server.host}
    port: ${server.port}
    database: ${DATABASE}
    user: ${server.user}
    password: { env: PASSWORD }
    sslmode: disable
`;
}
