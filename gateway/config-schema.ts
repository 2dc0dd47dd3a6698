/** The shape of auditorium.yaml as written, with its defaults. What refers to files and environment is resolved by config.ts. */
import { z } from 'zod';
import { approvals, roles } from './config-approvals.ts';
import { anchors, archive } from './config-archive.ts';
import { connection } from './config-connection.ts';
import { fleet } from './config-fleet.ts';
import { issuer } from './config-issuer.ts';
import { servable, serve } from './config-serve.ts';
import { stream } from './config-stream.ts';
import { expected, name, notation, parseDuration, parseListen, parseSize, path } from './config-values.ts';
import { isLoopback } from './identity/loopback.ts';

/** Words for what is logged: each includes those before it; `silent` is nothing at all. */
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug'] as const;

const LISTEN_PLACE = 'an address such as 127.0.0.1:6432';
const METRICS_PLACE =
  'a loopback address such as 127.0.0.1:9464, or { listen: 0.0.0.0:9464, open: true } where whoever reaches that may read it';

/** As {@link parseListen}, where only this machine can connect: what is served there asks nobody who they are. */
function parseLoopback(text: string): { host: string; port: number } | null {
  const listen = parseListen(text);
  return listen !== null && isLoopback(listen.host) ? listen : null;
}

/**
 * Where numbers and health are served: to this machine, or, for probes and collectors that come from elsewhere, to whoever
 * reaches the port, which must be said.
 */
const metrics = z
  .union(
    [
      notation(METRICS_PLACE, parseLoopback),
      z
        .strictObject({ listen: notation(LISTEN_PLACE, parseListen), open: z.literal(true) })
        .transform(({ listen }) => listen),
    ],
    expected(METRICS_PLACE),
  )
  .meta({ notation: METRICS_PLACE });

/** How agents are asked for their token. */
const AUTHENTICATIONS = ['password', 'oauthbearer'] as const;

/** What agents that come by OAUTHBEARER without a token are told. */
const oauth = z.strictObject(
  {
    issuer: name
      .optional()
      .describe('The issuer that a client without a token is sent to, by its name; by default the first.'),
    scope: z
      .string(expected('scopes, separated by spaces'))
      .default('openid')
      .describe('Scopes that such a client is told to ask for, separated by spaces.'),
  },
  expected('a mapping with issuer and scope'),
);

const atLeastOne = z.int(expected('a whole number')).min(1, expected('at least 1'));

function parseMessageSize(text: string): number | null {
  const bytes = parseSize(text);
  return bytes !== null && bytes >= 2 ** 16 && bytes <= 2 ** 30 ? bytes : null;
}

const limits = z.strictObject(
  {
    // A fleet behind one address starts its jobs at once; a socket that waits costs 10 KiB, with TLS 60.
    unauthenticated: atLeastOne
      .default(1000)
      .describe('Connections that have not proved who they are, at a time; each worker counts its own.'),
    unauthenticatedPerAddress: atLeastOne.default(500).describe('The same, of one address.'),
    // Held whole, to be judged and recorded; PostgreSQL itself takes up to 1 GiB.
    clientMessage: notation('a size from 64KiB to 1GiB', parseMessageSize)
      .prefault('64MiB')
      .describe('The longest message taken from an agent; a longer one ends the session.'),
    // Rows stream through; PostgreSQL sends no more than this.
    serverMessage: notation('a size from 64KiB to 1GiB', parseMessageSize)
      .prefault('1GiB')
      .describe('The longest message taken from a database.'),
  },
  expected('a mapping of limits'),
);

/** A spool must hold the largest message there is, beside what other agents do meanwhile. */
const LEAST_SPOOL_BYTES = 64 << 20;

function parseSpoolLimit(text: string): number | null {
  const bytes = parseSize(text);
  return bytes !== null && bytes >= LEAST_SPOOL_BYTES ? bytes : null;
}

const gateway = z.strictObject(
  {
    listen: notation(LISTEN_PLACE, parseListen).prefault('127.0.0.1:6432').describe('Where agents connect.'),
    durability: z
      .enum(['full', 'intent', 'process'], expected('full, intent or process'))
      .default('intent')
      .describe(
        'What is on disk before it is forwarded. `full`: what is asked and what is answered; `intent`: what is asked, answers within 10 ms; `process`: both are written to the file and survive a crash of the gateway, not of the machine.',
      ),
    // Without a policy: `observe` lets pass, recorded, what `enforce` refuses by default. A policy has a mode of its own.
    mode: z
      .enum(['enforce', 'observe'], expected('enforce or observe'))
      .optional()
      .describe(
        '`observe` lets pass, recorded, what `enforce` (the default) refuses: start-up options that are not on the list, and function calls. With a `policy` the mode is said there.',
      ),
    workers: z
      .int(expected('a whole number'))
      .min(1, expected('at least 1'))
      .max(64, expected('at most 64'))
      .default(1)
      .describe('Processes that share the port (Linux), each with a spool and a log of its own.'),
    spool: z
      .strictObject(
        {
          dir: path
            .default('./spool')
            .describe(
              'The folder of the journal, of keys and of the control socket; the gateway’s user alone may have access.',
            ),
          limit: notation('a size such as 2GiB, at least 64MiB', parseSpoolLimit)
            .prefault('2GiB')
            .describe('How large the journal may grow while the archive is behind; divided among workers.'),
          // How long agents are held back, the spool being full or its disk stalled, before they are cut off.
          deadline: notation('a duration such as 30s', parseDuration)
            .prefault('30s')
            .describe(
              'How long agents wait while the journal is full or its disk stalls, before they are cut off.',
            ),
        },
        expected('a mapping with dir, limit and deadline'),
      )
      .prefault({}),
    key: path
      .optional()
      .describe(
        'The file of the Ed25519 key that evidence is signed with; `signing.key` in the folder of the journal by default, made when there is none.',
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
      .describe('TLS towards agents. Without it tokens are taken over loopback alone.'),
    authentication: z
      .enum(AUTHENTICATIONS, expected('password or oauthbearer'))
      .default('password')
      .describe(
        'How clients that do not say are asked for their token: as a password, or by SASL OAUTHBEARER.',
      ),
    oauth: oauth.prefault({}),
    limits: limits.prefault({}),
    control: path
      .optional()
      .describe(
        'The control socket; `control.sock` in the folder of the journal by default, a named pipe on Windows.',
      ),
    metrics: metrics
      .optional()
      .describe(
        'Where `/metrics`, `/health` and `/ready` are served over TCP too; the control socket always has them.',
      ),
    fleet: fleet
      .optional()
      .describe('The team server that this gateway dials, see [fleet-link.md](fleet-link.md).'),
    stream: stream.describe('Who is sent what is recorded, as it comes: see [stream.md](stream.md).'),
    drain: notation('a duration such as 30s', parseDuration)
      .prefault('30s')
      .describe('How long busy sessions may go on after SIGTERM.'),
    log: z
      .strictObject(
        {
          level: z
            .enum(LOG_LEVELS, expected(`one of ${LOG_LEVELS.join(', ')}`))
            .default('info')
            .describe('How much is logged on standard error; each level includes those before it.'),
        },
        expected('a mapping with level'),
      )
      .prefault({}),
  },
  expected('a mapping'),
);

type Keyed = Readonly<Record<string, unknown>>;

/** Refuses a second item with the same value under `key`. */
function distinct(key: string) {
  return (items: readonly Keyed[], context: z.RefinementCtx) => {
    for (const [index, item] of items.entries()) {
      const first = items.findIndex((other) => other[key] === item[key]);
      if (item[key] === undefined || first === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index, key],
        message: `must differ from that of item ${first + 1} of the list`,
      });
    }
  };
}

/** Only one development issuer can be the gateway's own. */
function oneOwn(items: readonly { readonly issuer?: string | undefined }[], context: z.RefinementCtx): void {
  const second = items
    .map(({ issuer: url }) => url === undefined)
    .indexOf(true, items.findIndex(({ issuer: url }) => url === undefined) + 1);
  if (second > 0)
    context.addIssue({
      code: 'custom',
      path: [second],
      message: 'is a second development issuer without issuer; one is enough',
    });
}

/** Only an issuer of this file can be the one that agents are sent to for a token. */
function knownSource(
  file: {
    readonly gateway: { readonly oauth: { readonly issuer?: string | undefined } };
    readonly issuers: readonly { readonly name: string }[];
  },
  context: z.RefinementCtx,
): void {
  const { issuer: chosen } = file.gateway.oauth;
  if (chosen === undefined || file.issuers.some((known) => known.name === chosen)) return;
  const message = 'must be the name of one of the issuers';
  context.addIssue({ code: 'custom', path: ['gateway', 'oauth', 'issuer'], message });
}

/** A line that the log's level leaves out is left with nobody. */
function heardAnchors(
  file: {
    readonly gateway: { readonly log: { readonly level: (typeof LOG_LEVELS)[number] } };
    readonly anchors: readonly { readonly log?: true | undefined }[];
  },
  context: z.RefinementCtx,
): void {
  if (LOG_LEVELS.indexOf(file.gateway.log.level) >= LOG_LEVELS.indexOf('info')) return;
  for (const [index, { log }] of file.anchors.entries()) {
    if (log === undefined) continue;
    const message = 'needs gateway.log.level info or debug: its lines are of level info';
    context.addIssue({ code: 'custom', path: ['anchors', index, 'log'], message });
  }
}

/** The whole file. */
export const ConfigFile = z
  .strictObject(
    {
      gateway: gateway.prefault({}),
      archive,
      anchors,
      issuers: z
        .array(issuer, expected('a list of issuers'))
        .superRefine(distinct('name'))
        .superRefine(distinct('issuer'))
        .superRefine(oneOwn)
        .default([]),
      connections: z
        .array(connection, expected('a list of connections'))
        .superRefine(distinct('name'))
        .default([]),
      policy: path
        .optional()
        .describe(
          'What agents may do: a file, or `default` for the policy that ships. Without it everything passes, recorded.',
        ),
      roles,
      approvals,
      serve,
    },
    expected('a mapping'),
  )
  .superRefine(knownSource)
  .superRefine(heardAnchors)
  .superRefine(servable);
export type ConfigFile = z.output<typeof ConfigFile>;
