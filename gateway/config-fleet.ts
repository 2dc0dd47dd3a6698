/** `gateway.fleet` in auditorium.yaml: the team server that a gateway dials, by a secret of its own. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { GatewayName } from '../shared/fleet/messages.ts';
import { password } from './config-connection.ts';
import { expected, notation, parseDuration, path } from './config-values.ts';
import type { PasswordCommand } from './postgres/password-command.ts';

/** How a gateway links to its team server. All paths are absolute. */
export interface FleetConfig {
  /** `https://audit.example`. */
  readonly server: string;
  readonly name: string;
  readonly secret: string | PasswordCommand;
  /** PEM files. */
  readonly ca?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Tokens that were given longer ago, ms, are taken from nobody. */
  readonly tokenAge: number;
  /** A file of the public keys whose policies are taken; absent: none are. */
  readonly policyKeys?: string;
}

function isServer(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' && url.href === `${url.origin}/` && url.username === '';
}

/** Section `gateway.fleet`. */
export const fleet = z.strictObject(
  {
    server: z
      .string(expected('the https URL of the team server'))
      .refine(isServer, { error: 'must be an https URL without a path, such as https://audit.example' })
      .describe('The team server, as its `serve.url` has it.'),
    name: GatewayName.optional().describe(
      'What this gateway is called there, as `auditorium fleet add` was told; by default the host’s name.',
    ),
    secret: password.describe('What `auditorium fleet add` printed.'),
    ca: path
      .optional()
      .describe(
        'PEM: who alone may have signed the server’s certificate; by default whom this machine trusts.',
      ),
    tls: z
      .strictObject(
        {
          cert: path.describe('PEM, the gateway’s own certificate.'),
          key: path.describe('PEM, its private key.'),
        },
        expected('a mapping with cert and key'),
      )
      .optional()
      .describe('Where a proxy before the server asks for a client certificate.'),
    tokenAge: notation('a duration such as 1h', parseDuration)
      .prefault('1h')
      .describe(
        'People decide and end sessions from there with tokens that were given to them no longer ago than this.',
      ),
    policyKeys: path
      .optional()
      .describe(
        'PEM: public keys whose policies are taken from the server, see [Policies](fleet-link.md#policies); without it none are.',
      ),
  },
  expected('a mapping with server and secret'),
);

/** `secret` is what was found where the configuration says. */
export function fleetOf(
  written: z.output<typeof fleet>,
  dir: string,
  secret: FleetConfig['secret'],
): FleetConfig {
  const { server, name = hostname(), ca, tls, tokenAge, policyKeys } = written;
  return {
    server: new URL(server).origin,
    name,
    secret,
    ...(ca !== undefined && { ca: resolve(dir, ca) }),
    ...(tls !== undefined && { tls: { cert: resolve(dir, tls.cert), key: resolve(dir, tls.key) } }),
    tokenAge,
    ...(policyKeys !== undefined && { policyKeys: resolve(dir, policyKeys) }),
  };
}
