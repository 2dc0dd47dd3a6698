import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, issuersOf, parseConfig, type Environment } from './config.ts';
import type { IssuerConfig } from './identity/issuer-config.ts';

const DIR = '/etc/auditorium';
const BASE =
  'name: corp, profile: generic, issuer: "https://id.example", audience: api://auditorium, algorithms: [RS256]';

/** The one issuer of a file that says so much of it. */
function issuer(more: string, env: Environment = {}, dir = DIR): IssuerConfig | undefined {
  return issuersOf(parseConfig(`issuers: [{ ${BASE}${more} }]`, dir, env), null)[0];
}

const PLAIN = {
  name: 'corp',
  profile: 'generic',
  issuer: 'https://id.example',
  port: 0,
  audience: 'api://auditorium',
  algorithms: ['RS256'],
  lifetime: 'exp',
  groups: [],
  require: {},
};

test('an issuer is not asked about tokens unless that is configured', () => {
  expect(issuer('')).toEqual(PLAIN);
});

test.each([
  [', groupsClaim: roles', { path: ['roles'], separator: null }],
  [
    ', groupsClaim: "https://corp.example/groups"',
    { path: ['https://corp.example/groups'], separator: null },
  ],
  [', groupsClaim: [realm_access, roles]', { path: ['realm_access', 'roles'], separator: null }],
  [', groupsClaim: { path: scope, separator: " " }', { path: ['scope'], separator: ' ' }],
  [', groupsClaim: { path: [a, b], separator: "," }', { path: ['a', 'b'], separator: ',' }],
])('groups may be in another claim: %s', (more, groupsClaim) => {
  expect(issuer(more)).toEqual({ ...PLAIN, groupsClaim });
});

test('a CI profile means its public issuer where none is given, and whose tokens are meant must be said', () => {
  const urls = ['github', 'gitlab', 'buildkite'].map((profile) => {
    const written = `issuers: [{ name: ci, profile: ${profile}, audience: gw, require: { a: b } }]`;
    return issuersOf(parseConfig(written, DIR), null)[0]?.issuer;
  });
  expect(urls).toEqual([
    'https://token.actions.githubusercontent.com',
    'https://gitlab.com',
    'https://agent.buildkite.com',
  ]);
  const anybody = () => parseConfig('issuers: [{ name: ci, profile: github, audience: gw }]', DIR);
  expect(anybody).toThrow('issuers[0].require is missing: this issuer signs for everybody');
});

describe('introspection', () => {
  test('has times of its own where none are given', () => {
    expect(issuer(', introspection: { clientId: gw, clientSecret: { env: S } }', { S: 'shh' })).toEqual({
      ...PLAIN,
      introspection: {
        endpoint: null,
        clientId: 'gw',
        clientSecret: 'shh',
        every: 300_000,
        grace: 900_000,
      },
    });
  });

  test('may be elsewhere, more often and for longer', () => {
    const more =
      ', introspection: { endpoint: "https://id.example/x", clientId: gw, clientSecret: s, every: 30s, grace: 1h }';
    expect(issuer(more)?.introspection).toEqual({
      endpoint: 'https://id.example/x',
      clientId: 'gw',
      clientSecret: 's',
      every: 30_000,
      grace: 3_600_000,
    });
  });

  test('takes its secret from a file that nobody else can read', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'auditorium-config-'));
    try {
      const read = () => issuer(', introspection: { clientId: gw, clientSecret: { file: s } }', {}, dir);
      await writeFile(join(dir, 's'), 'from a file\n', { mode: 0o600 });
      expect(read()?.introspection?.clientSecret).toBe('from a file');
      await chmod(join(dir, 's'), 0o644);
      expect(read).toThrow(
        /^auditorium\.yaml:1:\d+: issuers\[0\]\.introspection\.clientSecret names a file that/,
      );
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  test('takes its secret from a command when it is needed', async () => {
    const secret = issuer(
      `, introspection: { clientId: gw, clientSecret: { command: [echo, shh] } }`,
      {},
      '/',
    )?.introspection?.clientSecret;
    expect(typeof secret === 'object' && (await secret.password())).toBe('shh');
  });
});

test.each([
  [
    'profile: okta, issuer: "https://acme.okta.com", audience: a',
    'issuers[0].issuer must be a custom authorization server of Okta (https://…/oauth2/<id>)',
  ],
  [`${BASE}, groupsClaim: []`, 'issuers[0].groupsClaim must be a list of claims'],
  [`${BASE}, introspection: { clientId: gw }`, 'issuers[0].introspection.clientSecret is missing'],
  [
    `${BASE}, introspection: { clientId: gw, clientSecret: s, endpoint: "http://id.example/x" }`,
    'issuers[0].introspection.endpoint must be an https URL (http only on loopback) without query, fragment and user',
  ],
  [
    `${BASE}, introspection: { clientId: gw, clientSecret: s, every: often }`,
    'issuers[0].introspection.every must be a duration such as 5m',
  ],
  [
    `${BASE}, introspection: { clientId: gw, clientSecret: { env: ABSENT } }`,
    'issuers[0].introspection.clientSecret names the environment variable ABSENT, which is not set',
  ],
])('what cannot be meant is said: %s', (written, message) => {
  const named = written.startsWith('name') ? written : `name: i, ${written}`;
  const read = () => parseConfig(`issuers: [{ ${named} }]`, DIR, {});
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
});
