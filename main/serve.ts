/** A team server from its configuration: an archive or stores, a case beside each, and whoever signs in at the issuer. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readOrMakeKey } from '../gateway/archive/key-file.ts';
import {
  ARCHIVE,
  caseOfStore,
  readServe,
  type ServeConfig,
  type Settings,
  type StoreConfig,
  userFolder,
} from '../gateway/config.ts';
import type { IssuerConfig } from '../gateway/identity/issuer-config.ts';
import type { ArchiveReader } from '../gateway/archive/archive.ts';
import type { Integrity } from '../shared/api/integrity.ts';
import { cacheOfUser, openReader } from './archives.ts';
import { ensureBuilt } from './built.ts';
import { Casework } from './casework/casework.ts';
import { findIssuer } from './identity/development-issuers.ts';
import { CommandError } from './failure.ts';
import { EnrolledGateways } from './fleet/enrolled.ts';
import { Fleet } from './fleet/fleet.ts';
import type { Certificate } from './hosts/server.ts';
import { integrityOf, integrityOfStore } from './integrity/integrity-of.ts';
import { caseKeyPath, caseOf, casesFolder } from './open-case.ts';
import { type Package, packageOf } from './package.ts';
import { openStoreOf } from './remote-index.ts';
import { startTeam } from './server/team.ts';
import type { TeamStore } from './server/team-store.ts';
import { StoreIndexer } from './store-indexer.ts';
import { note } from './terminal.ts';
import { userName } from './user-name.ts';

/** A running team server. */
export interface Served {
  /** Where people reach it. */
  readonly url: string;
  /** Where it listens: `host:port`. */
  readonly listen: string;
  readonly archive: string;
  close(): Promise<void>;
}

export interface ServeChoices {
  /** Served in place of what the configuration says. */
  readonly store?: StoreConfig | null;
  /** Sees to it that the window is built. */
  readonly prepare?: (here: Package) => Promise<void>;
}

/** Rejects with ConfigError, ArchiveError, CaseError or CommandError. */
export async function serveTeam(
  config: string,
  env: NodeJS.ProcessEnv = process.env,
  { store: named = null, prepare = (here) => ensureBuilt(here, 'window', note) }: ServeChoices = {},
): Promise<Served> {
  const { serve: written, settings } = await readServe(config, env);
  const serve = named === null ? written : { ...written, stores: [named] };
  const certificate = await certificateOf(serve);
  const issuer = await issuerOf(serve, settings, config, env);
  await using opened = new AsyncDisposableStack();
  const here = packageOf(import.meta.dirname);
  let follow: (name: string, told: Integrity) => void = () => undefined;
  const tell = (store: string, told: Integrity): void => follow(store, told);
  const stores: TeamStore[] = [];
  for (const one of serve.stores) stores.push(await openedStore(one, env, opened));
  const [first = await openedArchive({ serve, config, env, tell }, opened), ...others] = stores;
  await prepare(here);
  const { version, renderer } = here;
  const report = (error: unknown): void =>
    note(`INTERNAL: ${error instanceof Error ? error.message : String(error)}`);
  const fleet = fleetOf(serve, version, report);
  opened.defer(() => fleet?.close());
  const running = await startTeam({
    serve,
    roles: settings.roles,
    socket: settings.gateway.control,
    issuer,
    certificate,
    stores: [first, ...others],
    cache: cacheOfUser(),
    folder: join(userFolder(env), 'people'),
    version,
    renderer,
    now: Date.now,
    fleet,
    report,
  }).catch((error: unknown) => {
    throw cannotListen(error, serve);
  });
  opened.defer(() => running.close());
  follow = (store, told) => running.tellIntegrity(store, told);
  const { dispose } = keeping(opened);
  const { host } = serve.listen;
  const listen = `${host.includes(':') ? `[${host}]` : host}:${running.port}`;
  const archive = serve.stores.length === 0 ? serve.archive : serve.stores.map(({ name }) => name).join(', ');
  return { url: serve.origin, listen, archive, close: dispose };
}

/** A store, whose index this server keeps up where it is told to. */
async function openedStore(
  store: StoreConfig,
  env: NodeJS.ProcessEnv,
  opened: AsyncDisposableStack,
): Promise<TeamStore> {
  const reader = await openStoreOf(store);
  opened.defer(() => reader.close());
  const casework = caseIn(caseOfStore(store, userFolder(env)), reader, env);
  opened.defer(() => casework.close());
  if (store.follow) {
    const indexer = new StoreIndexer(store, note);
    opened.defer(() => indexer.close());
  }
  const integrity = integrityOfStore(store.store);
  return { name: store.name, reader, casework, integrity, gateways: store.gateways };
}

interface ArchiveSource {
  readonly serve: ServeConfig;
  /** The configuration, whose key is trusted. */
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
  readonly tell: (store: string, told: Integrity) => void;
}

/** The one archive of a server that names no stores. */
async function openedArchive(
  { serve, config, env, tell }: ArchiveSource,
  opened: AsyncDisposableStack,
): Promise<TeamStore> {
  const { archive } = serve;
  const reader = await openReader(archive, { config });
  opened.defer(() => reader.close());
  const file = serve.case ?? resolve(await caseOf(reader, archive, casesFolder(env)));
  const casework = caseIn(file, reader, env);
  opened.defer(() => casework.close());
  const integrity = await integrityOf({ archive, reader, config, tell: (told) => tell(ARCHIVE, told) });
  opened.defer(() => integrity.close());
  return { name: ARCHIVE, reader, casework, integrity };
}

/** The gateways that may dial; null: none may. */
function fleetOf({ fleet }: ServeConfig, version: string, report: (error: unknown) => void): Fleet | null {
  if (fleet === null) return null;
  const enrolled = new EnrolledGateways(fleet);
  return new Fleet({ enrolled, software: `Auditorium ${version}`, now: Date.now, report });
}

/** What is open outlives the function that opened it. */
function keeping(opened: AsyncDisposableStack): { readonly dispose: () => Promise<void> } {
  const kept = opened.move();
  return { dispose: () => kept.disposeAsync() };
}

/** The key that signs for the team is that of the user who runs the server. */
function caseIn(path: string, archive: ArchiveReader, env: NodeJS.ProcessEnv): Casework {
  return new Casework({
    path,
    archive,
    signer: readOrMakeKey(caseKeyPath(env)).signer,
    name: async () => userName(),
    now: Date.now,
  });
}

async function certificateOf({ tls }: ServeConfig): Promise<Certificate | null> {
  if (tls === null) return null;
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CommandError('TLS_UNUSABLE', `serve.tls: ${path} cannot be read (${why})`, { cause });
    });
  return { cert: await read(tls.cert), key: await read(tls.key) };
}

/** As the gateway takes its tokens; what is asked by introspection there is asked by renewing here. */
async function issuerOf(
  { issuer: index }: ServeConfig,
  { issuers }: Settings,
  configPath: string,
  env: NodeJS.ProcessEnv,
): Promise<IssuerConfig> {
  const configured = issuers[index];
  if (configured === undefined) throw new TypeError('the configuration has this issuer');
  const issuer = configured.issuer ?? (await findIssuer({ configPath }, env)).issuer;
  return { ...configured, issuer };
}

function cannotListen(error: unknown, { listen: { host, port } }: ServeConfig): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const { code, message } = error;
  if (code === 'EADDRINUSE')
    return new CommandError('PORT_TAKEN', `another program listens on ${host}:${port}`, { cause: error });
  if ('syscall' in error && error.syscall === 'listen')
    return new CommandError('CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${message}`, {
      cause: error,
    });
  if (String(code).startsWith('ERR_OSSL') || String(code).startsWith('ERR_SSL'))
    return new CommandError('TLS_UNUSABLE', `serve.tls: certificate and key cannot be used (${message})`, {
      cause: error,
    });
  return error;
}
