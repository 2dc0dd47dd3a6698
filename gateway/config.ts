/** The configuration file of gateway and app (auditorium.yaml): its shape, its defaults, and how it is read. */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { type PolicyText, readPolicyText } from './config-policy.ts';
import type { WebhookConfig } from './approvals/webhook.ts';
import { type Roles, webhookOf } from './config-approvals.ts';
import { type AnchorConfig, anchorsOf, type VolumesConfig, volumesOf } from './config-archive.ts';
import { connectionOf, type ConnectionConfig } from './config-connection.ts';
import { readPassword, type PasswordPlaces, type Secrets } from './config-password.ts';
import { tenantOf, type RemoteConfig, type TenantPlaces } from './config-remote.ts';
import { type FleetConfig, fleetOf } from './config-fleet.ts';
import { type ServeConfig, serveOf } from './config-serve.ts';
import { introspectionOf } from './config-issuer.ts';
import { tenantKeyIn } from './remote/keys/tenant-keys.ts';
import { streamOf } from './config-stream.ts';
import { ConfigError, type FailAt, parseFile } from './config-file.ts';
import type { ConfigFile } from './config-schema.ts';
import { defaultControlPath } from './control-path.ts';
import { DEVELOPMENT_AUDIENCE, type IssuerConfig } from './identity/issuer-config.ts';
import type { SinkConfig } from './stream/sink.ts';

export { cacheFolder, userFolder } from './user-folders.ts';

export { ConfigError } from './config-file.ts';
export type { Secrets } from './config-password.ts';
export { parseDuration, parseSize } from './config-values.ts';
export type { ServeConfig } from './config-serve.ts';
export { ARCHIVE, caseOfStore, storeAt } from './config-stores.ts';
export type { RightConfig, StoreConfig } from './config-stores.ts';
export type {
  AuthMethod,
  ChannelBindingUse,
  ConnectionConfig,
  SslMode,
  SslNegotiation,
} from './config-connection.ts';

/** When an event counts as recorded: see DESIGN §4 I2. */
type Durability = 'full' | 'intent' | 'process';

type LogLevel = z.output<typeof ConfigFile>['gateway']['log']['level'];

/** `enforce` refuses what the protocol's rules forbid (forbidden start-up options, FunctionCall); `observe` records it and lets it pass. */
export type Mode = 'enforce' | 'observe';

/** How agents are asked for their token: as a cleartext password, or by SASL OAUTHBEARER (RFC 7628). */
export type Authentication = 'password' | 'oauthbearer';

interface GatewayConfig {
  readonly listen: { readonly host: string; readonly port: number };
  readonly durability: Durability;
  readonly mode: Mode;
  readonly workers: number;
  /** `limit` in bytes, `deadline` in ms. */
  readonly spool: { readonly dir: string; readonly limit: number; readonly deadline: number };
  /** The file of the key that its logs are signed with; made when there is none. */
  readonly key: string;
  /** PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** What an agent that does not choose is asked by. */
  readonly authentication: Authentication;
  /** Where agents without a token are sent by OAUTHBEARER: an issuer by name (default: the first), and the scopes to ask for. */
  readonly oauth: { readonly issuer?: string | undefined; readonly scope: string };
  readonly limits: {
    /** Sockets that have not authenticated, in all and of one address. */
    readonly unauthenticated: number;
    readonly unauthenticatedPerAddress: number;
    /** Longest messages taken from agents and from databases, in bytes. */
    readonly clientMessage: number;
    readonly serverMessage: number;
  };
  /** The control API's Unix socket, or named pipe on Windows. */
  readonly control: string;
  /** Where metrics, health and readiness are served over TCP too. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** The team server that it dials, where there is one. */
  readonly fleet?: FleetConfig;
  /** How long busy sessions may take to end when the gateway is told to, ms. */
  readonly drain: number;
  readonly log: { readonly level: LogLevel };
}

/** An issuer as configured; `issuer` is null for the development issuer that the gateway starts itself, on `port` (0: any). */
type ConfiguredIssuer = Omit<IssuerConfig, 'issuer'> & {
  readonly issuer: string | null;
  readonly port: number;
};

/** All paths are absolute. */
export interface Config {
  readonly gateway: GatewayConfig;
  /** A folder of volumes. */
  readonly archive: string;
  readonly volumes: VolumesConfig;
  readonly anchors: readonly AnchorConfig[];
  readonly issuers: readonly ConfiguredIssuer[];
  readonly connections: readonly ConnectionConfig[];
  readonly policy?: PolicyText;
  /** Who may do what through the control API. */
  readonly roles: Roles;
  readonly approvals: { readonly webhook: WebhookConfig | null };
  /** Who is sent what is recorded. */
  readonly stream: readonly SinkConfig[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration without its passwords: for those who log in to no database. */
export type Settings = Omit<Config, 'connections'> & {
  readonly connections: readonly Omit<ConnectionConfig, 'password'>[];
};

/** Reads a configuration file; passwords by `{ env }` come from `env`, those by `{ keychain }` are `secrets`. Throws {@link ConfigError}. */
export async function readConfig(path: string, env: Environment, secrets: Secrets = {}): Promise<Config> {
  return parseConfig(await readText(path), dirname(resolve(path)), env, path, secrets);
}

/** Reads a configuration file but leaves its passwords where they are. Throws {@link ConfigError}. */
export async function readSettings(path: string): Promise<Settings> {
  return parseSettings(await readText(path), dirname(resolve(path)), path);
}

/** As {@link readSettings}, of a text that may not be on disk yet. Throws {@link ConfigError}. */
export function parseSettings(text: string, dir: string, file: string): Settings {
  return settingsOf(parseFile(text, file).settings, dir);
}

/**
 * Reads what a team server is told by a configuration file, and the rest but for its secrets: a server logs in to no database.
 * Throws {@link ConfigError}.
 */
export async function readServe(
  path: string,
  env: Environment,
): Promise<{ readonly serve: ServeConfig; readonly settings: Settings }> {
  const dir = dirname(resolve(path));
  const { settings: file, failAt } = parseFile(await readText(path), path);
  const { serve: written } = file;
  if (written === undefined)
    return failAt([], 'has no section serve: say there where people reach the server (docs/serve.md)');
  const fail = (why: string) => failAt(['serve', 'clientSecret'], why);
  const found =
    written.clientSecret === undefined
      ? null
      : readPassword(written.clientSecret, { dir, env, secrets: {}, fail });
  const secret = found === null || typeof found === 'string' ? found : await found.password();
  const settings = settingsOf(file, dir);
  const { archive, issuers } = settings;
  return { serve: serveOf(written, { dir, archive, issuers, secret }), settings };
}

/** The folder of the gateways that may dial the team server of this configuration. Throws {@link ConfigError}. */
export async function readFleetFolder(path: string): Promise<string> {
  const { settings, failAt } = parseFile(await readText(path), path);
  const folder = settings.serve?.fleet;
  if (folder === undefined)
    return failAt(['serve'], 'names no folder for gateways: say where, as serve.fleet: ./fleet');
  return resolve(dirname(resolve(path)), folder);
}

/** Reads the file of a tenant's key: 32 bytes as base64 or hex, its owner's alone. Throws {@link ConfigError}. */
export function readTenantKey(file: string): Uint8Array {
  const fail = (why: string): never => {
    throw new ConfigError('CONFIG_UNREADABLE', `the tenant’s key ${file} ${why}`);
  };
  const text = readPassword({ file }, { dir: '.', env: {}, secrets: {}, fail });
  const key = typeof text === 'string' ? tenantKeyIn(text) : null;
  return key ?? fail('holds no key of 32 bytes as base64 or hex: openssl rand -base64 32 makes one');
}

/** Reads what a configuration file says of a remote store, with the keys that it is sealed with; null: nothing. Throws {@link ConfigError}. */
export async function readRemote(path: string, env: Environment): Promise<RemoteConfig | null> {
  const dir = dirname(resolve(path));
  const { settings, failAt } = parseFile(await readText(path), path);
  const { volumes } = settingsOf(settings, dir);
  return withTenant(volumes, settings, { dir, env, secrets: {}, failAt }).remote ?? null;
}

/**
 * Reads the text of a configuration; `dir` is what relative paths start from, `file` is what errors call it. Files that
 * hold passwords are read at once. Throws {@link ConfigError}.
 */
export function parseConfig(
  text: string,
  dir: string,
  env: Environment = {},
  file = 'auditorium.yaml',
  secrets: Secrets = {},
): Config {
  const { settings, failAt } = parseFile(text, file);
  const connections = settings.connections.map((written, index): ConnectionConfig => {
    const fail = (why: string) => failAt(['connections', index, 'password'], why);
    const { password } = written;
    return {
      ...connectionOf(written, dir),
      ...(password !== undefined && { password: readPassword(password, { dir, env, secrets, fail }) }),
    };
  });
  const plain = settingsOf(settings, dir);
  const issuers = plain.issuers.map((issuer, index): ConfiguredIssuer => {
    const written = settings.issuers[index]?.introspection;
    if (written === undefined) return issuer;
    const fail = (why: string) => failAt(['issuers', index, 'introspection', 'clientSecret'], why);
    const secret = readPassword(written.clientSecret, { dir, env, secrets, fail });
    return { ...issuer, introspection: introspectionOf(written, secret) };
  });
  const volumes = withTenant(plain.volumes, settings, { dir, env, secrets, failAt });
  const linked = linkedTo(settings, { dir, env, secrets }, failAt);
  const gateway = { ...plain.gateway, ...(linked && { fleet: linked }) };
  const stream = streamOf(settings.gateway.stream, {
    dir,
    env,
    secrets,
    failAt: (at, why) => failAt(['gateway', 'stream', ...at], why),
  });
  const policed = withPolicy(
    { ...plain, gateway, volumes, issuers, connections, stream },
    settings,
    dir,
    failAt,
  );
  const { webhook } = settings.approvals;
  if (webhook === undefined) return policed;
  const fail = (why: string) => failAt(['approvals', 'webhook', 'secret'], why);
  const secret = readPassword(webhook.secret, { dir, env, secrets, fail });
  return { ...policed, approvals: { webhook: webhookOf(webhook, secret) } };
}

/** With the keys that what is put into a remote store is sealed with. */
function withTenant(
  volumes: VolumesConfig,
  { archive: { remote } }: ConfigFile,
  { failAt, ...places }: Omit<PasswordPlaces, 'fail'> & { readonly failAt: FailAt },
): VolumesConfig {
  if (volumes.remote === undefined || remote === undefined) return volumes;
  const fail: TenantPlaces['fail'] = (setting, why) => failAt(['archive', 'remote', ...setting], why);
  return { ...volumes, remote: { ...volumes.remote, tenant: tenantOf(remote, { ...places, fail }) } };
}

/** How the gateway links to its team server; null where it does not. */
function linkedTo(
  { gateway: { fleet } }: ConfigFile,
  places: Omit<PasswordPlaces, 'fail'>,
  failAt: FailAt,
): FleetConfig | null {
  if (fleet === undefined) return null;
  const fail = (why: string) => failAt(['gateway', 'fleet', 'secret'], why);
  return fleetOf(fleet, places.dir, readPassword(fleet.secret, { ...places, fail }));
}

/** With the policy that the file names, whose mode is the gateway's. */
function withPolicy(config: Config, written: ConfigFile, dir: string, failAt: FailAt): Config {
  if (written.policy === undefined) return config;
  if (written.gateway.mode !== undefined)
    failAt(['gateway', 'mode'], 'the mode is the policy’s: say it there, and take it out here');
  const { source, policy } = readPolicyText(written.policy, dir, (why) => failAt(['policy'], why));
  return { ...config, policy: source, gateway: { ...config.gateway, mode: policy.mode } };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent) throw new ConfigError('CONFIG_NOT_FOUND', `${path}: there is no such file`, { cause: error });
    throw new ConfigError('CONFIG_UNREADABLE', `${path}: cannot be read (${String(error)})`, {
      cause: error,
    });
  }
}

/** Makes paths absolute. */
function settingsOf(file: ConfigFile, dir: string): Settings {
  // How it links to a team server takes a secret, and so do sinks: parseConfig adds them.
  const { spool, key, tls, control, metrics, fleet: _, stream: __, ...gateway } = file.gateway;
  const spoolDir = resolve(dir, spool.dir);
  return {
    gateway: {
      ...gateway,
      mode: gateway.mode ?? 'enforce',
      spool: { ...spool, dir: spoolDir },
      key: key === undefined ? join(spoolDir, 'signing.key') : resolve(dir, key),
      control: control === undefined ? defaultControlPath(spoolDir) : controlPath(dir, control),
      ...(metrics && { metrics }),
      ...(tls && { tls: { cert: resolve(dir, tls.cert), key: resolve(dir, tls.key) } }),
    },
    archive: resolve(dir, file.archive.path),
    volumes: volumesOf(file.archive, dir),
    anchors: anchorsOf(file.anchors, dir),
    issuers: file.issuers.map(issuerOf),
    connections: file.connections.map((connection) => connectionOf(connection, dir)),
    roles: file.roles,
    approvals: { webhook: null }, // it needs a secret: parseConfig adds it, and sinks
    stream: [],
  };
}

/** Without introspection, which needs a secret: {@link parseConfig} adds it. */
function issuerOf(written: ConfigFile['issuers'][number]): ConfiguredIssuer {
  const { issuer = null, port = 0, audience = DEVELOPMENT_AUDIENCE, introspection: _, ...rest } = written;
  return { ...rest, issuer, port, audience };
}

/** What {@link developmentIssuer} finds; `startDevelopmentIssuer` (identity/issuer.ts) takes it beside the listeners. */
export interface OwnIssuer {
  readonly dir: string;
  readonly port: number;
  readonly audience: string;
}

/** The development issuer this configuration asks the gateway to start; null when none, or when its URL is given. */
export function developmentIssuer({
  gateway,
  issuers,
}: Pick<Config, 'gateway' | 'issuers'>): OwnIssuer | null {
  const own = issuers.find(({ issuer }) => issuer === null);
  return own === undefined
    ? null
    : { dir: join(gateway.spool.dir, 'issuer'), port: own.port, audience: own.audience };
}

/** The issuers for `createVerifier`; `own` is the URL of the development issuer if the gateway started one, else null. */
export function issuersOf(config: Pick<Config, 'issuers'>, own: string | null): IssuerConfig[] {
  return config.issuers.map((configured) => {
    const issuer = configured.issuer ?? own;
    if (issuer === null) throw new TypeError(`the development issuer "${configured.name}" was not started`);
    return { ...configured, issuer };
  });
}

/** A named pipe of Windows is no path in any folder. */
function controlPath(dir: string, written: string): string {
  return written.startsWith('\\\\.\\pipe\\') ? written : resolve(dir, written);
}
