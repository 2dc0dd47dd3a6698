/** The configuration file of gateway and app (auditorium.yaml): its shape, its defaults, and how it is read. */
import type { IssuerConfig } from './identity/issuer-config.ts';

/** When an event counts as recorded: see DESIGN §4 I2. */
export type Durability = 'full' | 'intent' | 'process';

/** TLS towards the database, with libpq's meaning (PostgreSQL manual, "SSL Support", table of sslmode). */
export type SslMode = 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

export interface GatewayConfig {
  readonly listen: { readonly host: string; readonly port: number };
  readonly durability: Durability;
  readonly workers: number;
  /** `limit` in bytes. */
  readonly spool: { readonly dir: string; readonly limit: number };
  /** PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** An issuer as configured; `issuer` is null for the development issuer that the gateway starts itself, on `port` (0: any). */
export type ConfiguredIssuer = Omit<IssuerConfig, 'issuer'> & {
  readonly issuer: string | null;
  readonly port: number;
};

/** A target as agents see it by `name`, with its real credentials. */
export interface ConnectionConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly sslmode: SslMode;
  /** PEM file of the authorities that `verify-ca` and `verify-full` trust. */
  readonly sslrootcert?: string;
  /** An agent needs one of these; empty: anyone with a valid token. */
  readonly groups: readonly string[];
}

/** All paths are absolute. */
export interface Config {
  readonly gateway: GatewayConfig;
  /** A folder of volumes. */
  readonly archive: string;
  readonly issuers: readonly ConfiguredIssuer[];
  readonly connections: readonly ConnectionConfig[];
  readonly policy?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration that cannot be used; `message` says file, line:column, what is wrong and how to mend it. */
export class ConfigError extends Error {
  readonly code: 'CONFIG_NOT_FOUND' | 'CONFIG_UNREADABLE' | 'CONFIG_INVALID';
  constructor(code: ConfigError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
    this.code = code;
  }
}

/** Reads a configuration file; passwords by `{ env }` come from `env`. Throws {@link ConfigError}. */
export function readConfig(_path: string, _env: Environment): Promise<Config> {
  throw new Error('being written');
}

/** Reads the text of a configuration; `dir` is what relative paths start from. Throws {@link ConfigError}. */
export function parseConfig(_text: string, _dir: string, _env: Environment = {}): Config {
  throw new Error('being written');
}

/** The development issuer this configuration asks the gateway to start (see identity/issuer.ts); null when none. */
export function developmentIssuer(_config: Config): { readonly dir: string; readonly port: number } | null {
  throw new Error('being written');
}

/** The issuers for `createVerifier`, once the development issuer, if the gateway started it, is known by URL. */
export function issuersOf(_config: Config, _developmentIssuer: string | null): IssuerConfig[] {
  throw new Error('being written');
}

/** Where the user's own data lies: `$AUDITORIUM_HOME`, else the operating system's place for it. */
export function userFolder(_env: Environment): string {
  throw new Error('being written');
}
