/** The shape of auditorium.yaml as written, with its defaults. What refers to files and environment is resolved by config.ts. */
import { z } from 'zod';
import { ALGORITHMS, PROFILE_NAMES, type Lifetime } from './identity/issuer-config.ts';
import { isLoopback } from './identity/loopback.ts';
import { PROFILES } from './identity/profile.ts';

/** Words for what is logged: each includes those before it; `silent` is nothing at all. */
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug'] as const;

/** Error text of one value: what is wrong with it and what it must be. */
function expected(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? `is missing: give ${what}` : `must be ${what}`) };
}

const name = z.string(expected('a name')).regex(/^[A-Za-z0-9_.-]{1,63}$/, {
  error: 'must be a name of 1 to 63 letters, digits, dots, hyphens and underscores',
});
const path = z.string(expected('a path')).min(1, expected('a path'));
const port = (least: number) => {
  const limits = expected(`a port from ${least} to 65535`);
  return z.int(limits).min(least, limits).max(65535, limits);
};
const names = (what: string) =>
  z.array(z.string(expected(what)).min(1, expected(what)), expected(`a list of ${what}s`));

/** Milliseconds of `250ms`, `90s`, `5m`, `1h` or `7d`; null when it is anything else, or nothing. */
export function parseDuration(text: string): number | null {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return quantity(/^(\d{1,9}) ?(ms|s|m|h|d)$/.exec(text), units);
}

/** Bytes of `512KiB`, `64MiB`, `2GiB` or a plain number; null when it is anything else, or nothing. */
function parseSize(text: string): number | null {
  const units: Readonly<Record<string, number>> = {
    '': 1,
    B: 1,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
    TiB: 2 ** 40,
  };
  return quantity(/^(\d{1,15}) ?(|B|KiB|MiB|GiB|TiB)$/.exec(text), units);
}

function quantity(match: RegExpExecArray | null, units: Readonly<Record<string, number>>): number | null {
  const value = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** A value written as text in a notation of its own; `parse` answers null for what it does not know. */
function notation<T>(what: string, parse: (text: string) => T | null) {
  return z.union([z.string(), z.number()], expected(what)).transform((written, context): T => {
    const value = parse(String(written));
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `must be ${what}` });
    return z.NEVER;
  });
}

/** `host:port`, `[IPv6]:port`. */
function parseListen(text: string): { host: string; port: number } | null {
  const groups = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[A-Za-z0-9.-]+)):(?<port>\d{1,5})$/.exec(
    text,
  )?.groups;
  const host = groups?.['six'] ?? groups?.['host'];
  const number = Number(groups?.['port']);
  return host !== undefined && number <= 65535 ? { host, port: number } : null;
}

/** As {@link parseListen}, where only this machine can connect: what is served there asks nobody who they are. */
function parseLoopback(text: string): { host: string; port: number } | null {
  const listen = parseListen(text);
  return listen !== null && isLoopback(listen.host) ? listen : null;
}

function parseLifetime(text: string): Lifetime | null {
  if (text === 'exp') return 'exp';
  const max = parseDuration(/^max\((.*)\)$/.exec(text)?.[1] ?? '');
  return max === null ? null : { max };
}

/** How agents are asked for their token. */
const AUTHENTICATIONS = ['password', 'oauthbearer'] as const;

/** What agents that come by OAUTHBEARER without a token are told. */
const oauth = z.strictObject(
  { issuer: name.optional(), scope: z.string(expected('scopes, separated by spaces')).default('openid') },
  expected('a mapping with issuer and scope'),
);

const atLeastOne = z.int(expected('a whole number')).min(1, expected('at least 1'));

const limits = z.strictObject(
  {
    // A fleet behind one address starts its jobs at once; a socket that waits costs 10 KiB, with TLS 60.
    unauthenticated: atLeastOne.default(1000),
    unauthenticatedPerAddress: atLeastOne.default(500),
  },
  expected('a mapping of limits'),
);

const gateway = z.strictObject(
  {
    listen: notation('an address such as 127.0.0.1:6432', parseListen).prefault('127.0.0.1:6432'),
    durability: z.enum(['full', 'intent', 'process'], expected('full, intent or process')).default('intent'),
    // Until there is a policy document (DESIGN §7): `observe` lets pass, recorded, what `enforce` refuses by default.
    mode: z.enum(['enforce', 'observe'], expected('enforce or observe')).default('enforce'),
    workers: z
      .int(expected('a whole number'))
      .min(1, expected('at least 1'))
      .max(64, expected('at most 64'))
      .default(1),
    spool: z
      .strictObject(
        {
          dir: path.default('./spool'),
          limit: notation('a size such as 2GiB', parseSize).prefault('2GiB'),
        },
        expected('a mapping with dir and limit'),
      )
      .prefault({}),
    tls: z.strictObject({ cert: path, key: path }, expected('a mapping with cert and key')).optional(),
    authentication: z.enum(AUTHENTICATIONS, expected('password or oauthbearer')).default('password'),
    oauth: oauth.prefault({}),
    limits: limits.prefault({}),
    control: path.optional(),
    metrics: notation('a loopback address such as 127.0.0.1:9464', parseLoopback).optional(),
    drain: notation('a duration such as 30s', parseDuration).prefault('30s'),
    log: z
      .strictObject(
        { level: z.enum(LOG_LEVELS, expected(`one of ${LOG_LEVELS.join(', ')}`)).default('info') },
        expected('a mapping with level'),
      )
      .prefault({}),
  },
  expected('a mapping'),
);

/** http only where nobody can listen in. */
function isIssuerUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.hash !== '' || url.search !== '' || url.username !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(127\.[\d.]+|localhost|\[::1\])$/.test(url.hostname))
  );
}

/** Issuers that sign for every customer of theirs: a matching audience proves nothing, so `require` must narrow it. */
const SHARED_ISSUERS: Readonly<Record<string, string>> = {
  'https://token.actions.githubusercontent.com': 'repository_owner_id',
  'https://gitlab.com': 'namespace_id',
  'https://agent.buildkite.com': 'organization_slug',
};

const claimValue = z
  .union([z.string(), z.number(), z.boolean()], expected('text, a number, true or false'))
  .transform((value) => String(value));

const issuer = z
  .strictObject(
    {
      name,
      profile: z.enum(PROFILE_NAMES, expected(`one of ${PROFILE_NAMES.join(', ')}`)),
      issuer: z
        .string(expected('the URL of the issuer'))
        .refine(isIssuerUrl, {
          error: 'must be an https URL (http only on loopback) without query, fragment and user',
        })
        .optional(),
      port: port(1).optional(),
      audience: z.string(expected('text')).min(1, expected('text')).optional(),
      lifetime: notation('exp or max(<duration>) such as max(1h)', parseLifetime).optional(),
      algorithms: z
        .array(z.enum(ALGORITHMS, expected(`one of ${ALGORITHMS.join(', ')}`)), expected('a list'))
        .min(1)
        .optional(),
      groups: names('group').default([]),
      require: z
        .record(
          z.string(),
          z.union([z.array(claimValue).min(1), claimValue.transform((value) => [value])]),
          expected('a mapping'),
        )
        .default({}),
    },
    expected('a mapping'),
  )
  .superRefine((value, context) => {
    const issue = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    const development = value.profile === 'development';
    if (!development && value.issuer === undefined) issue('issuer', 'is missing: give the URL of the issuer');
    if (!development && value.audience === undefined) {
      issue('audience', 'is missing: give the audience that tokens for this gateway are issued for');
    }
    if (development && value.issuer?.startsWith('https:') === true)
      issue('issuer', 'must be on loopback: it is for development');
    if (value.port !== undefined && (!development || value.issuer !== undefined)) {
      issue(
        'port',
        'is only for a development issuer that the gateway starts itself (profile: development, no issuer)',
      );
    }
    const narrowing = SHARED_ISSUERS[value.issuer ?? ''];
    if (narrowing !== undefined && Object.keys(value.require).length === 0) {
      issue(
        'require',
        `is missing: this issuer signs for everybody; say whose tokens are meant, such as { ${narrowing}: … }`,
      );
    }
  })
  .transform(({ algorithms, lifetime, ...rest }) => ({
    ...rest,
    algorithms: algorithms ?? PROFILES[rest.profile].algorithms,
    lifetime: lifetime ?? PROFILES[rest.profile].lifetime,
  }));

/** Where a password is: in the environment, in a file, or here. */
const password = z.union(
  [z.string(), z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  expected('text in quotes, { env: VARIABLE } or { file: PATH }'),
);

const connection = z.strictObject(
  {
    name,
    host: z.string(expected('a host')).min(1, expected('a host')),
    port: port(1).default(5432),
    database: z.string(expected('a database')).min(1, expected('a database')),
    user: z.string(expected('a user')).min(1, expected('a user')),
    password,
    sslmode: z
      .enum(
        ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'],
        expected('disable, prefer, require, verify-ca or verify-full'),
      )
      .default('prefer'),
    sslrootcert: path.optional(),
    groups: names('group').default([]),
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

/** The whole file. */
export const ConfigFile = z
  .strictObject(
    {
      gateway: gateway.prefault({}),
      archive: z
        .string(expected('the path of a folder'))
        .min(1, expected('the path of a folder'))
        .default('./archive'),
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
      policy: path.optional(),
    },
    expected('a mapping'),
  )
  .superRefine(knownSource);
export type ConfigFile = z.output<typeof ConfigFile>;
