/** An issuer in auditorium.yaml: whose tokens are taken, how they are read, and how long sessions may rest on them. */
import { z } from 'zod';
import { password } from './config-connection.ts';
import { expected, name, names, notation, parseDuration, port } from './config-values.ts';
import {
  ALGORITHMS,
  PROFILE_NAMES,
  type GroupsClaim,
  type IssuerConfig,
  type Lifetime,
  type ProfileName,
} from './identity/issuer-config.ts';
import { PROFILES } from './identity/profile.ts';

function parseLifetime(text: string): Lifetime | null {
  if (text === 'exp') return 'exp';
  const max = parseDuration(/^max\((.*)\)$/.exec(text)?.[1] ?? '');
  return max === null ? null : { max };
}

/** http only where nobody can listen in. */
function isIssuerUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.hash !== '' || url.search !== '' || url.username !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(127\.[\d.]+|localhost|\[::1\])$/.test(url.hostname))
  );
}

/** The issuer a CI profile means where none is given. */
const PUBLIC_ISSUERS: Readonly<Partial<Record<ProfileName, string>>> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
  buildkite: 'https://agent.buildkite.com',
};

/** Issuers that sign for every customer of theirs: a matching audience proves nothing, so `require` must narrow it. */
const SHARED_ISSUERS: Readonly<Record<string, string>> = {
  'https://token.actions.githubusercontent.com': 'repository_owner_id',
  'https://gitlab.com': 'namespace_id',
  'https://agent.buildkite.com': 'organization_slug',
};

const claimName = z.string(expected('a claim')).min(1, expected('a claim'));

const claimValue = z
  .union([z.string(), z.number(), z.boolean()], expected('text, a number, true or false'))
  .transform((value) => String(value));

const claimNames = z.array(claimName, expected('a list of claims')).nonempty(expected('a list of claims'));

/** `groups`, `[realm_access, roles]`, or `{ path: …, separator: ' ' }` where the groups are one text. */
const groupsClaim = z
  .union(
    [
      claimName,
      claimNames,
      z.strictObject({ path: z.union([claimName, claimNames]), separator: z.string().min(1) }),
    ],
    expected('a claim, a list of claims each within the one before, or { path, separator }'),
  )
  .transform((written): GroupsClaim => {
    const plain = typeof written === 'string' || Array.isArray(written);
    const { path, separator } = plain ? { path: written, separator: null } : written;
    return { path: [path].flat(), separator };
  })
  .meta({ notation: 'a claim, a list of claims, or `{ path, separator }`' });

/** What issuers are asked by (RFC 7662). */
const introspection = z.strictObject(
  {
    endpoint: z
      .string(expected('a URL'))
      .refine(isIssuerUrl, {
        error: 'must be an https URL (http only on loopback) without query, fragment and user',
      })
      .optional()
      .describe('Where to ask; by default where the issuer’s own metadata says.'),
    clientId: z
      .string(expected('the client id of the gateway'))
      .min(1, expected('the client id of the gateway'))
      .describe('Who asks.'),
    clientSecret: password.describe('Its secret.'),
    every: notation('a duration such as 5m', parseDuration)
      .prefault('5m')
      .describe('How often a live session’s token is asked for.'),
    grace: notation('a duration such as 15m', parseDuration)
      .prefault('15m')
      .describe('How long sessions go on while the issuer gives no answer.'),
  },
  expected('a mapping with clientId and clientSecret'),
);

/** Registered at issuers that match redirect ports exactly, as Okta does; the first that is free is taken. */
const SIGN_IN_PORTS = [8976, 8977, 8978];

/** How people sign in at this issuer: authorization code with PKCE, back to a port of this machine (RFC 8252 §7.3). */
const signIn = z.strictObject(
  {
    clientId: z
      .string(expected('the client id of this program'))
      .min(1, expected('the client id'))
      .describe('Of a native application without a secret.'),
    scopes: z
      .string(expected('scopes, separated by spaces'))
      .regex(/\bopenid\b/, { error: 'must have openid among the scopes' })
      .default('openid profile offline_access')
      .describe('Scopes that are asked for, separated by spaces.'),
    ports: z
      .array(port(1), expected('a list of ports'))
      .min(1, expected('a list of ports'))
      .default(SIGN_IN_PORTS)
      .describe(
        'Ports of this machine that are registered as redirect URIs `http://127.0.0.1:PORT/callback`; the first that is free is taken.',
      ),
    // What an issuer wants beside the standard's parameters, such as `audience`.
    parameters: z
      .record(z.string(), z.string(), expected('a mapping of text to text'))
      .default({})
      .describe('What the issuer wants beside the standard’s parameters, such as `audience`.'),
  },
  expected('a mapping with clientId'),
);

/** Access tokens of Okta's organization server are opaque to all but Okta; only custom authorization servers issue for APIs. */
function isOktaServer(issuer: string | undefined): boolean {
  if (issuer === undefined || !isIssuerUrl(issuer)) return true; // said elsewhere
  return /^\/oauth2\/[^/]+$/.test(new URL(issuer).pathname);
}

/** One item of `issuers`. */
export const issuer = z
  .strictObject(
    {
      name: name.describe('What errors and lists call it.'),
      profile: z
        .enum(PROFILE_NAMES, expected(`one of ${PROFILE_NAMES.join(', ')}`))
        .describe(
          'How its tokens are read: `okta` (a custom authorization server), `generic` (access tokens of RFC 9068), `github`, `gitlab`, `buildkite` (ID tokens of CI jobs), `development`.',
        ),
      issuer: z
        .string(expected('the URL of the issuer'))
        .refine(isIssuerUrl, {
          error: 'must be an https URL (http only on loopback) without query, fragment and user',
        })
        .optional()
        .describe(
          'Its URL, as tokens name it (`iss`). GitHub, GitLab and Buildkite have one by default; without it `development` is an issuer that the gateway starts itself.',
        ),
      port: port(1)
        .optional()
        .describe('Of a development issuer that the gateway starts itself; any free one by default.'),
      audience: z
        .string(expected('text'))
        .min(1, expected('text'))
        .optional()
        .describe('The audience (`aud`) that tokens for this gateway have.'),
      lifetime: notation('exp or max(<duration>) such as max(1h)', parseLifetime)
        .optional()
        .describe(
          '`exp`: a session ends with its token; `max(8h)`: after so long, whenever the token expires. `max(1h)` by default for CI jobs, whose tokens live for minutes, else `exp`.',
        ),
      algorithms: z
        .array(z.enum(ALGORITHMS, expected(`one of ${ALGORITHMS.join(', ')}`)), expected('a list'))
        .min(1)
        .optional()
        .describe('Signatures that are taken; by default those that the profile’s issuers use.'),
      groups: names('group').default([]).describe('Groups that every token of it is in, beside its own.'),
      groupsClaim: groupsClaim
        .optional()
        .describe(
          'Where a token’s own groups are: a claim, a list of claims each within the one before, or `{ path: scope, separator: " " }` where they are one text. `groups` by default.',
        ),
      introspection: introspection
        .optional()
        .describe(
          'Asks the issuer whether a token still holds (RFC 7662), at connect and while a session lives.',
        ),
      signIn: signIn.optional().describe('How people sign in here, for `auditorium login` and the window.'),
      require: z
        .record(
          z.string(),
          z.union([z.array(claimValue).min(1), claimValue.transform((value) => [value])]),
          expected('a mapping'),
        )
        .default({})
        .describe('Claims that must have one of the given values. Issuers that sign for everybody need it.'),
    },
    expected('a mapping'),
  )
  .transform((written) => ({ ...written, issuer: written.issuer ?? PUBLIC_ISSUERS[written.profile] }))
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
    if (value.profile === 'okta' && !isOktaServer(value.issuer)) {
      issue('issuer', 'must be a custom authorization server of Okta (https://…/oauth2/<id>)');
    }
    if (value.signIn !== undefined && PROFILES[value.profile].kind === 'CI token')
      issue('signIn', 'is for people, and this issuer has none');
    const narrowing = SHARED_ISSUERS[value.issuer ?? ''];
    if (narrowing !== undefined && Object.keys(value.require).length === 0) {
      issue(
        'require',
        `is missing: this issuer signs for everybody; say whose tokens are meant, such as { ${narrowing}: … }`,
      );
    }
  })
  .transform(({ algorithms, lifetime, groupsClaim: claim, signIn: people, ...rest }) => ({
    ...rest,
    ...(people !== undefined && { signIn: people }),
    ...(claim !== undefined && { groupsClaim: claim }),
    algorithms: algorithms ?? PROFILES[rest.profile].algorithms,
    lifetime: lifetime ?? PROFILES[rest.profile].lifetime,
  }));

type WrittenIssuer = z.output<typeof issuer>;

/** How it is asked whether tokens hold; `clientSecret` is the secret itself. */
export function introspectionOf(
  { endpoint, clientId, every, grace }: NonNullable<WrittenIssuer['introspection']>,
  clientSecret: NonNullable<IssuerConfig['introspection']>['clientSecret'],
): NonNullable<IssuerConfig['introspection']> {
  return { endpoint: endpoint ?? null, clientId, clientSecret, every, grace };
}
