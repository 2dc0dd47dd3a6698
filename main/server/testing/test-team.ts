/** A team server over HTTPS with a certificate of its own, on a small archive, with the development issuer; for tests. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import { openArchive } from '../../../gateway/archive/sqlite/open.ts';
import { startDevelopmentIssuer } from '../../../gateway/identity/issuer.ts';
import { DEVELOPMENT_SERVER_CLIENT, runtimeFileOf } from '../../../gateway/identity/issuer-files.ts';
import { ARCHIVE, parseConfig, type ServeConfig } from '../../../gateway/config.ts';
import { LOCALHOST } from '../../../gateway/postgres/testing/certificate.ts';
import { Casework } from '../../casework/casework.ts';
import { freePort } from '../../demo/free-port.ts';
import { EnrolledGateways } from '../../fleet/enrolled.ts';
import { Fleet } from '../../fleet/fleet.ts';
import { generateSigner } from '../../exports/testing/signer.ts';
import type { IntegrityDesk } from '../../integrity/integrity-of.ts';
import { writeSmallArchive } from '../../testing/small-archive.ts';
import type { RoleGroups } from '../session.ts';
import { startTeam } from '../team.ts';
import { Visitor } from './visitor.ts';

/** A group for each role. */
export const GROUPS: RoleGroups = {
  viewer: ['everyone'],
  investigator: ['security'],
  reviewer: ['leads'],
  admin: ['ops'],
};

export interface TestTeam extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** The archive's one session. */
  readonly session: string;
  readonly casework: Casework;
  /** Wall clock, ms; a test lets time pass by changing it. */
  readonly clock: { ahead: number };
  /** What nobody foresaw. */
  readonly reported: readonly unknown[];
  /** Where people of it sign in, and where tokens are minted by hand. */
  readonly issuer: string;
  readonly runtimeFile: string;
  /** The gateways that dial it, where `serve.fleet` is given. */
  readonly fleet: Fleet | null;
  /** A browser that is not signed in. */
  visitor(): Visitor;
}

export interface TestTeamOptions {
  readonly serve?: Partial<ServeConfig>;
  /** What its origin names, where that is not the port that it listens on; browsers go to the latter. */
  readonly port?: number;
  /** The folder of the window; else one with nothing but a page. */
  readonly renderer?: string;
  /** What is served in place of a small archive; closed with the team. */
  readonly reader?: ArchiveReader;
}

export async function startTestTeam({
  serve = {},
  renderer,
  port: originPort,
  reader: given,
}: TestTeamOptions = {}): Promise<TestTeam> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-team-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const session = writeSmallArchive(join(folder, 'archive'));
  const reader = given ?? (await openArchive(join(folder, 'archive')));
  opened.defer(() => reader.close());
  const clock = { ahead: 0 };
  const now = (): number => Date.now() + clock.ahead;
  const signer = generateSigner();
  const path = join(folder, 'team.case');
  const casework = new Casework({ path, archive: reader, signer, name: async () => 'the server', now });
  opened.defer(() => casework.close());
  const issuer = await startDevelopmentIssuer({ dir: join(folder, 'issuer'), port: 0, listeners: [] });
  opened.defer(() => issuer.close());
  // The origin has the port in it, that of what stands before the server where a test puts something there.
  const port = originPort ?? (await freePort());
  const origin = `https://localhost:${port}`;
  const reported: unknown[] = [];
  const fleet = serve.fleet === undefined ? null : fleetIn(serve.fleet, now, reported);
  opened.defer(() => fleet?.close());
  const team = await startTeam({
    serve: { ...servedAt(origin, port), ...serve },
    roles: GROUPS,
    socket: join(folder, 'absent.sock'),
    issuer: { ...developmentIssuer(), issuer: issuer.issuer },
    certificate: serve.tls === null ? null : LOCALHOST,
    stores: [{ name: ARCHIVE, reader, casework, integrity: UNVERIFIED }],
    fleet,
    folder: join(folder, 'people'),
    version: '1.2.3',
    renderer: renderer ?? (await emptyWindow(folder)),
    now,
    report: (error) => void reported.push(error),
  });
  opened.defer(() => team.close());
  const kept = opened.move();
  return {
    origin,
    port: team.port,
    session,
    casework,
    clock,
    reported,
    issuer: issuer.issuer,
    runtimeFile: runtimeFileOf(join(folder, 'issuer')),
    fleet,
    visitor: () => new Visitor(origin, team.port),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function servedAt(origin: string, port: number): ServeConfig {
  return {
    listen: { host: '127.0.0.1', port },
    origin,
    tls: { cert: '', key: '' },
    trustProxy: [],
    issuer: 0,
    clientId: DEVELOPMENT_SERVER_CLIENT,
    clientSecret: null,
    scopes: 'openid profile offline_access',
    parameters: {},
    archive: '',
    stores: [],
    rights: null,
    case: null,
    fleet: null,
    idle: 3_600_000,
    lifetime: 12 * 3_600_000,
  };
}

function fleetIn(folder: string | null, now: () => number, reported: unknown[]): Fleet | null {
  if (folder === null) return null;
  const enrolled = new EnrolledGateways(folder);
  const report = (error: unknown): void => void reported.push(error);
  return new Fleet({ enrolled, software: 'test', now, lookMs: 100, report });
}

function developmentIssuer() {
  const [issuer] = parseConfig('issuers: [{ name: dev, profile: development }]', '/').issuers;
  if (issuer === undefined) throw new TypeError('one issuer is configured');
  return issuer;
}

const UNVERIFIED: IntegrityDesk = {
  current: () => ({
    state: 'unverified',
    progress: null,
    onRequest: true,
    bytes: 0,
    result: null,
    problem: null,
  }),
  verify: () => UNVERIFIED.current(),
  inUse: () => undefined,
  close: () => undefined,
};

async function emptyWindow(folder: string): Promise<string> {
  const renderer = join(folder, 'window');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await writeFile(join(renderer, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  return renderer;
}
