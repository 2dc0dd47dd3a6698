/** What a configuration says of who may come in, how, and to what: all that a reload may change for sessions to come. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { issuersOf, type Config } from './config.ts';
import { GatewayError } from './gateway-error.ts';
import type { IssuerConfig } from './identity/issuer-config.ts';
import { tokenSource } from './postgres/bearer-token.ts';
import type { SessionContext } from './postgres/session-context.ts';

export type Access = Pick<
  SessionContext,
  'connections' | 'mode' | 'limits' | 'authentication' | 'tokenSource' | 'tls'
> & { readonly issuers: readonly IssuerConfig[] };

/** `issuer` is the URL of the development issuer, if the gateway started one. Throws {@link GatewayError}. */
export function accessOf(config: Config, issuer: string | null): Access {
  const { mode, limits, authentication, oauth, tls } = config.gateway;
  const issuers = issuersOf(config, issuer);
  return {
    issuers,
    connections: new Map(config.connections.map((connection) => [connection.name, connection])),
    mode,
    limits,
    authentication,
    tokenSource: tokenSource(issuers, oauth),
    tls: tls === undefined ? undefined : readCertificate(tls),
  };
}

/** Reads both files and sees whether they belong together, before an agent finds out. */
function readCertificate({ cert, key }: { readonly cert: string; readonly key: string }): {
  readonly cert: string;
  readonly key: string;
} {
  try {
    const pair = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GatewayError('TLS_UNUSABLE', `gateway.tls: ${cert} and ${key} cannot be used: ${why}`, {
      cause,
    });
  }
}
