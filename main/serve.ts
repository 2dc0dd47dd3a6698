/** A team server from its configuration: one archive, one case, and whoever signs in at the issuer. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readOrMakeKey } from '../gateway/archive/key-file.ts';
import { readServe, type ServeConfig, type Settings, userFolder } from '../gateway/config.ts';
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
import { integrityOf } from './integrity/integrity-of.ts';
import { caseKeyPath, caseOf, casesFolder } from './open-case.ts';
import { type Package, packageOf } from './package.ts';
import { startTeam } from './server/team.ts';
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

/** `prepare` sees to it that the window is built. Rejects with ConfigError, ArchiveError, CaseError or CommandError. */
export async function serveTeam(
  config: string,
  env: NodeJS.ProcessEnv = process.env,
  prepare: (here: Package) => Promise<void> = (here) => ensureBuilt(here, 'window', note),
): Promise<Served> {
  const { serve, settings } = await readServe(config, env);
  const certificate = await certificateOf(serve);
  const issuer = await issuerOf(serve, settings, config, env);
  await using opened = new AsyncDisposableStack();
  const reader = await openReader(serve.archive, { config });
  opened.defer(() => reader.close());
  const casework = await teamCase(serve, reader, env);
  opened.defer(() => casework.close());
  const here = packageOf(import.meta.dirname);
  await prepare(here);

  let follow: (told: Integrity) => void = () => undefined;
  const integrity = await integrityOf({
    archive: serve.archive,
    reader,
    config,
    tell: (told) => follow(told),
  });
  opened.defer(() => integrity.close());
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
    reader,
    casework,
    integrity,
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
  follow = (told) => running.tellIntegrity(told);
  const { dispose } = keeping(opened);
  const { host } = serve.listen;
  const listen = `${host.includes(':') ? `[${host}]` : host}:${running.port}`;
  return { url: serve.origin, listen, archive: serve.archive, close: dispose };
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
async function teamCase(
  { archive, case: file }: ServeConfig,
  reader: ArchiveReader,
  env: NodeJS.ProcessEnv,
): Promise<Casework> {
  return new Casework({
    path: file ?? resolve(await caseOf(reader, archive, casesFolder(env))),
    archive: reader,
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
