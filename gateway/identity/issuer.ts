/** The development issuer: an OpenID provider on loopback that mints tokens for whoever can read its runtime file. */

export interface DevelopmentIssuerOptions {
  /** Holds the signing key and the runtime file `issuer.json`; made (0700) when absent. */
  readonly dir: string;
  /** 0: the port of last time if it is free, else any. */
  readonly port: number;
  /** Addresses the gateway listens on (`host` or `host:port`): all must be loopback. */
  readonly listeners: readonly string[];
  /** The clock that dates tokens, ms since 1970. */
  readonly now?: () => number;
}

export interface DevelopmentIssuer {
  /** `http://127.0.0.1:PORT` */
  readonly issuer: string;
  readonly runtimeFile: string;
  close(): Promise<void>;
}

export function startDevelopmentIssuer(_options: DevelopmentIssuerOptions): Promise<DevelopmentIssuer> {
  throw new Error('being written');
}
