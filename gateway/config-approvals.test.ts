import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

/** The configuration of these lines, in /etc. */
function read(text: string, env: Record<string, string> = {}) {
  return parseConfig(text, '/etc', env);
}

/** Why a configuration is refused, without where; null when it is not. */
function refusalOf(text: string): string | null {
  try {
    read(text);
    return null;
  } catch (error) {
    return (error as Error).message.replace(/^auditorium\.yaml:1:\d+: /, '');
  }
}

test('roles are groups, and a role without any is nobody’s', () => {
  expect(read('roles: { reviewer: [dba, Data Team], admin: [ops] }').roles).toEqual({
    viewer: [],
    investigator: [],
    reviewer: ['dba', 'Data Team'],
    admin: ['ops'],
  });
});

test('who is to be told has a secret to know the sender by', () => {
  const text =
    'approvals: { webhook: { url: https://chat.example/hook?key=1, secret: { env: HOOK }, includeText: true, link: "https://audit.example/#/approvals/{id}" } }';
  expect(read(text, { HOOK: 'whsec_c2VjcmV0' }).approvals.webhook).toEqual({
    url: 'https://chat.example/hook?key=1',
    secret: 'whsec_c2VjcmV0',
    includeText: true,
    link: 'https://audit.example/#/approvals/{id}',
  });
  expect(
    read("approvals: { webhook: { url: 'http://127.0.0.1:9/x', secret: s } }").approvals.webhook,
  ).toEqual({
    url: 'http://127.0.0.1:9/x',
    secret: 's',
    includeText: false,
    link: null,
  });
});

const DEV = (signIn: string) =>
  `issuers: [{ name: okta, profile: okta, issuer: https://a.okta.com/oauth2/x, audience: a, signIn: ${signIn} }]`;

test('people sign in where an issuer knows this program', () => {
  const [issuer] = read(DEV('{ clientId: cli }')).issuers;
  expect(issuer?.signIn).toEqual({
    clientId: 'cli',
    scopes: 'openid profile offline_access',
    ports: [8976, 8977, 8978],
    parameters: {},
  });
  const [other] = read(
    DEV('{ clientId: cli, scopes: openid groups, ports: [9000], parameters: { audience: api } }'),
  ).issuers;
  expect(other?.signIn).toEqual({
    clientId: 'cli',
    scopes: 'openid groups',
    ports: [9000],
    parameters: { audience: 'api' },
  });
});

test.each([
  [
    'roles: { viewer: [all] }',
    'roles.admin is missing: where viewers need a token, those who operate the gateway do too',
  ],
  ['roles: { boss: [all] }', 'roles.boss is not a setting known here; mend or remove it'],
  ['roles: { admin: ops }', 'roles.admin must be a list of groups'],
  [
    "approvals: { webhook: { url: 'http://chat.example', secret: s } }",
    'approvals.webhook.url must be an https URL (http only on loopback) without a user',
  ],
  [
    "approvals: { webhook: { url: 'https://u:p@chat.example', secret: s } }",
    'approvals.webhook.url must be an https URL (http only on loopback) without a user',
  ],
  [
    'approvals: { webhook: { url: https://chat.example } }',
    'approvals.webhook.secret is missing: give text in quotes, { env: VARIABLE }, { file: PATH } or { command: [PROGRAM, ARGUMENT, …] }',
  ],
  [
    'approvals: { webhook: { url: https://chat.example, secret: { env: NONE } } }',
    'approvals.webhook.secret names the environment variable NONE, which is not set',
  ],
  [
    'approvals: { webhook: { url: https://chat.example, secret: s, link: https://a.example } }',
    'approvals.webhook.link must be an https URL (http only on loopback) with {id} in the place of the request’s id',
  ],
  [DEV('{ clientId: cli, scopes: profile }'), 'issuers[0].signIn.scopes must have openid among the scopes'],
  [DEV('{}'), 'issuers[0].signIn.clientId is missing: give the client id of this program'],
  [DEV('{ clientId: cli, ports: [] }'), 'issuers[0].signIn.ports must be a list of ports'],
  [
    'issuers: [{ name: gh, profile: github, audience: a, require: { x: y }, signIn: { clientId: c } }]',
    'issuers[0].signIn is for people, and this issuer has none',
  ],
])('%s is refused', (text, message) => {
  expect(refusalOf(text)).toBe(message);
});
