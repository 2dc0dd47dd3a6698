/** The configuration the demo writes for its gateway, and the database it connects to. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { stringify } from 'yaml';
import type { Database } from './database.ts';
import { SHOP_POLICY } from './policy.ts';
import { SUPERUSER } from './postgres.ts';

/** Where a demo has its parts. */
export interface DemoPlaces {
  readonly config: string;
  /** What agents may do, beside it. */
  readonly policy: string;
  readonly archive: string;
  readonly spool: string;
  /** What the gateway logs. */
  readonly log: string;
}

/** The group of those who decide on held statements. */
export const REVIEWERS = 'reviewers';

export function placesIn(folder: string): DemoPlaces {
  return {
    config: join(folder, 'auditorium.yaml'),
    policy: join(folder, 'policy.yaml'),
    archive: join(folder, 'archive'),
    spool: join(folder, 'spool'),
    log: join(folder, 'gateway.log'),
  };
}

/** Makes the database `shop` and the role the gateway logs in with; gives that role's password. */
export async function makeShop(database: Database): Promise<string> {
  const password = randomBytes(18).toString('base64url');
  const { host, port } = database;
  const client = new Client({
    host,
    port,
    password: database.password,
    user: SUPERUSER,
    database: 'postgres',
  });
  await client.connect();
  try {
    await client.query(`CREATE ROLE shop_agent LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    await client.query('ALTER ROLE shop_agent SET search_path = shop, public');
    await client.query('CREATE DATABASE shop OWNER shop_agent');
  } finally {
    await client.end();
  }
  return password;
}

/** Writes the gateway's configuration and its policy; its password comes from the environment variable SHOP_PASSWORD. */
export async function writeConfiguration(
  places: DemoPlaces,
  database: Database,
  port: number,
): Promise<void> {
  const shop = {
    name: 'shop',
    host: database.host,
    port: database.port,
    database: 'shop',
    user: 'shop_agent',
  };
  const configuration = {
    gateway: { listen: `127.0.0.1:${port}`, durability: 'intent', spool: { dir: places.spool } },
    archive: places.archive,
    issuers: [{ name: 'dev', profile: 'development' }],
    connections: [{ ...shop, password: { env: 'SHOP_PASSWORD' }, sslmode: 'disable' }],
    policy: places.policy,
    roles: { reviewer: [REVIEWERS] },
  };
  await writeFile(places.policy, SHOP_POLICY, { mode: 0o600 });
  await writeFile(places.config, stringify(configuration), { mode: 0o600 });
}
