/** `serve` in auditorium.yaml: where a team reaches the app, and how its people sign in there. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { password } from './config-connection.ts';
import {
  knowsItsStores,
  type RightConfig,
  rights,
  rightsOf,
  type StoreConfig,
  stores,
  storesOf,
} from './config-stores.ts';
import { expected, name, notation, parseDuration, parseListen, path } from './config-values.ts';
import { DEVELOPMENT_SERVER_CLIENT } from './identity/issuer-files.ts';

/** The address of the app itself: people type it, and the issuer sends them back to it. */
function isSite(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' && url.href === `${url.origin}/` && url.username === '';
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. */
function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const duration = (example: string) =>
  notation(`a duration such as ${example}`, parseDuration).prefault(example);

const range = z
  .string(expected('an address or a range such as 10.0.0.0/8'))
  .refine(isRange, expected('an address or a range such as 10.0.0.0/8'));

/** Section `serve`. */
export const serve = z
  .strictObject(
    {
      listen: notation('an address such as 0.0.0.0:8443', parseListen)
        .prefault('127.0.0.1:8443')
        .describe('Where it listens.'),
      url: z
        .string(expected('the https URL that people open'))
        .refine(isSite, { error: 'must be an https URL without a path, such as https://audit.example' })
        .describe(
          'What people open: an https URL without a path. Requests by another name, or from another origin, are refused.',
        ),
      tls: z
        .strictObject(
          {
            cert: path.describe('PEM, the certificate and its chain.'),
            key: path.describe('PEM, its private key.'),
          },
          expected('a mapping with cert and key'),
        )
        .optional()
        .describe('TLS 1.2 and later. Restart to change it.'),
      trustProxy: z
        .array(range, expected('a list of the addresses of your proxies'))
        .min(1, expected('a list of the addresses of your proxies'))
        .optional()
        .describe(
          'In place of `tls`: addresses and ranges of the proxies that have the certificate, see [serve.md](serve.md#behind-a-proxy).',
        ),
      issuer: name
        .optional()
        .describe('The name of one of `issuers`; by default the first that is not a CI provider’s.'),
      clientId: z
        .string(expected('the client id of the server'))
        .min(1)
        .optional()
        .describe(
          'Of this server at the issuer, not that of `signIn`. Not with a development issuer, which knows its own clients alone.',
        ),
      clientSecret: password
        .optional()
        .describe('Of a confidential client; without it the client is a public one. PKCE is used always.'),
      scopes: z
        .string(expected('scopes, separated by spaces'))
        .regex(/\bopenid\b/, { error: 'must have openid among the scopes' })
        .default('openid profile offline_access')
        .describe('Scopes that are asked for, separated by spaces.'),
      // What an issuer wants beside the standard's parameters, such as `audience`.
      parameters: z
        .record(z.string(), z.string(), expected('a mapping of text to text'))
        .default({})
        .describe('What the issuer wants beside the standard’s parameters, such as `audience`.'),
      archive: path.optional().describe('Another archive than the gateway’s.'),
      stores,
      rights,
      case: path.optional().describe('Another case than the archive’s own.'),
      fleet: path
        .optional()
        .describe(
          'The folder of the gateways that may dial this server, see [fleet-link.md](fleet-link.md); without it none may.',
        ),
      // A window that nobody uses, and the longest day at work.
      idle: duration('1h').describe('A window in which nothing was asked for so long is signed out.'),
      lifetime: duration('12h').describe('Any window is signed out after so long.'),
    },
    expected('a mapping with url, and tls or trustProxy'),
  )
  .superRefine((written, context) => {
    const { tls, trustProxy } = written;
    knowsItsStores(written, (at, message) => context.addIssue({ code: 'custom', path: [...at], message }));
    if (written.stores !== undefined && written.archive !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['archive'],
        message: 'and stores exclude each other: name the archive as one of the stores',
      });
    if ((tls === undefined) !== (trustProxy === undefined)) return;
    const message =
      tls === undefined
        ? 'has neither tls nor trustProxy: give the certificate, or the addresses of the proxy that has it'
        : 'has both tls and trustProxy: a proxy that ends TLS makes a certificate here needless';
    context.addIssue({ code: 'custom', path: [], message });
  })
  .optional();

/** What `serve` needs to know of the rest of the file. */
interface Around {
  readonly serve?: z.output<typeof serve>;
  readonly issuers: readonly {
    readonly name: string;
    readonly profile: string;
    readonly signIn?: unknown;
  }[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

/** CI jobs open no window. */
const MACHINES: ReadonlySet<string> = new Set(['github', 'gitlab', 'buildkite']);

/** The issuer of this file where people of the server sign in: the one it names, else the first that has people. */
export function peopleIssuerOf<I extends Around['issuers'][number]>(
  chosen: string | undefined,
  issuers: readonly I[],
): I | undefined {
  return issuers.find(({ name: known, profile }) =>
    chosen === undefined ? !MACHINES.has(profile) : known === chosen && !MACHINES.has(profile),
  );
}

/** People must be able to sign in, and somebody must have a role. */
export function servable({ serve: written, issuers, roles }: Around, context: z.RefinementCtx): void {
  if (written === undefined) return;
  const issue = (key: string, message: string): void =>
    context.addIssue({ code: 'custom', path: ['serve', key], message });
  const issuer = peopleIssuerOf(written.issuer, issuers);
  if (issuer === undefined)
    issue('issuer', 'must be the name of one of the issuers, where people sign in: CI jobs open no window');
  else if (written.clientId === undefined && issuer.profile !== 'development')
    issue('clientId', `is missing: give the client id of the server at the issuer ${issuer.name}`);
  else if (
    issuer.profile === 'development' &&
    (written.clientId ?? DEVELOPMENT_SERVER_CLIENT) !== DEVELOPMENT_SERVER_CLIENT
  )
    issue(
      'clientId',
      `is no client of ${issuer.name}: a development issuer knows its own alone; leave clientId out`,
    );
  if (Object.values(roles).every((groups) => groups.length === 0))
    issue('url', 'lets nobody in: say under roles which groups are viewer, investigator, reviewer and admin');
  if (written.lifetime < written.idle) issue('lifetime', 'must not be shorter than idle');
}

/** What a team server is told by its configuration. All paths are absolute. */
export interface ServeConfig {
  readonly listen: { readonly host: string; readonly port: number };
  /** Where people reach it: `https://audit.example`. */
  readonly origin: string;
  /** PEM files; null: proxies have the certificate. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Addresses and ranges of those who may speak for others. */
  readonly trustProxy: readonly string[];
  /** The place, among the issuers, of the one where people sign in. */
  readonly issuer: number;
  readonly clientId: string;
  /** null: of a public client. */
  readonly clientSecret: string | null;
  readonly scopes: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly archive: string;
  /** In place of the archive; empty: it serves the archive. */
  readonly stores: readonly StoreConfig[];
  /** null: everybody with a role sees everything. */
  readonly rights: readonly RightConfig[] | null;
  /** null: the archive's own. */
  readonly case: string | null;
  /** The folder of the gateways that may dial it; null: none may. */
  readonly fleet: string | null;
  /** ms. */
  readonly idle: number;
  readonly lifetime: number;
}

/** `secret` is the client's own, as it was found where the configuration says. */
export function serveOf(
  written: NonNullable<z.output<typeof serve>>,
  { dir, archive, issuers, secret }: ServePlaces,
): ServeConfig {
  const issuer = peopleIssuerOf(written.issuer, issuers);
  if (issuer === undefined) throw new TypeError('the schema wants an issuer of people');
  const { listen, url, tls, trustProxy = [], scopes, parameters, idle, lifetime } = written;
  return {
    listen,
    origin: new URL(url).origin,
    tls: tls === undefined ? null : { cert: resolve(dir, tls.cert), key: resolve(dir, tls.key) },
    trustProxy,
    issuer: issuers.indexOf(issuer),
    clientId: written.clientId ?? DEVELOPMENT_SERVER_CLIENT,
    clientSecret: secret,
    scopes,
    parameters,
    archive: written.archive === undefined ? archive : resolve(dir, written.archive),
    stores: storesOf(written.stores, dir),
    rights: rightsOf(written.rights),
    case: written.case === undefined ? null : resolve(dir, written.case),
    fleet: written.fleet === undefined ? null : resolve(dir, written.fleet),
    idle,
    lifetime,
  };
}

/** What the section refers to. */
interface ServePlaces {
  /** Where relative paths start. */
  readonly dir: string;
  /** The gateway's archive. */
  readonly archive: string;
  readonly issuers: Around['issuers'];
  readonly secret: string | null;
}
