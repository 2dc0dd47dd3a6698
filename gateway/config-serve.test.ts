import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readServe } from './config.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-serve-'));
});
afterAll(() => rm(folder, { recursive: true }));

const PEOPLE = `
issuers:
  - { name: ci, profile: github, audience: a, require: { repository_owner_id: 1 } }
  - { name: okta, profile: okta, issuer: https://a.okta.com/oauth2/x, audience: api://auditorium }
roles: { viewer: [everyone], admin: [ops] }
`;

/** What a server is told by a section, or why it is refused, with its place. */
async function read(section: string, rest = PEOPLE, env: Record<string, string> = {}) {
  const path = join(folder, 'a.yaml');
  await writeFile(path, `${section}${rest}`);
  try {
    return (await readServe(path, env)).serve;
  } catch (error) {
    return (error as Error).message.replace(`${folder}/`, '');
  }
}

test('a server with a certificate of its own', async () => {
  const written = `serve:
  listen: 0.0.0.0:443
  url: https://Audit.example/
  tls: { cert: a.crt, key: /k/a.key }
  issuer: okta
  clientId: web
  clientSecret: { env: SECRET }
  scopes: openid groups
  parameters: { audience: api }
  archive: evidence
  case: team.case
  idle: 15m
  lifetime: 8h
`;
  expect(await read(written, PEOPLE, { SECRET: 's3cret' })).toEqual({
    listen: { host: '0.0.0.0', port: 443 },
    origin: 'https://audit.example',
    tls: { cert: join(folder, 'a.crt'), key: '/k/a.key' },
    trustProxy: [],
    issuer: 1,
    clientId: 'web',
    clientSecret: 's3cret',
    scopes: 'openid groups',
    parameters: { audience: 'api' },
    archive: join(folder, 'evidence'),
    stores: [],
    rights: null,
    case: join(folder, 'team.case'),
    fleet: null,
    idle: 900_000,
    lifetime: 8 * 3_600_000,
  });
});

test('a server behind a proxy needs to be told little', async () => {
  expect(
    await read(
      "serve: { url: 'https://audit.example:8443', trustProxy: [10.0.0.0/8, '::1'], clientId: web }",
    ),
  ).toEqual({
    listen: { host: '127.0.0.1', port: 8443 },
    origin: 'https://audit.example:8443',
    tls: null,
    trustProxy: ['10.0.0.0/8', '::1'],
    issuer: 1,
    clientId: 'web',
    clientSecret: null,
    scopes: 'openid profile offline_access',
    parameters: {},
    archive: join(folder, 'archive'),
    stores: [],
    rights: null,
    case: null,
    fleet: null,
    idle: 3_600_000,
    lifetime: 12 * 3_600_000,
  });
});

test('stores and rights are read, paths from the file and what is not said by default', async () => {
  const section = `serve:
  url: https://audit.example
  trustProxy: [10.0.0.1]
  clientId: web
  stores:
    - { name: acme, store: 's3://evidence/acme', index: ./acme, keys: [acme.pub] }
    - { name: bolt, store: ./bolt, index: 'https://ch:8443/bolt', case: bolt.case, region: eu-west-1 }
  rights:
    - { groups: [security] }
    - { groups: [shop], stores: [acme], connections: [shop, billing] }
`;
  const { stores, rights } = (await read(section)) as { stores: unknown; rights: unknown };
  const unsaid = { endpoint: null, region: null, keys: null, case: null };
  const defaults = { ...unsaid, keyStore: null, tenantKeys: [], gateways: null };
  expect({ stores, rights }).toEqual({
    stores: [
      {
        ...defaults,
        name: 'acme',
        store: 's3://evidence/acme',
        index: join(folder, 'acme'),
        follow: true,
        keys: [join(folder, 'acme.pub')],
      },
      {
        ...defaults,
        name: 'bolt',
        store: join(folder, 'bolt'),
        index: 'https://ch:8443/bolt',
        follow: false,
        region: 'eu-west-1',
        case: join(folder, 'bolt.case'),
      },
    ],
    rights: [
      { groups: ['security'], stores: null, connections: null },
      { groups: ['shop'], stores: ['acme'], connections: ['shop', 'billing'] },
    ],
  });
});

const TLS = 'tls: { cert: a, key: b }';
const URL = 'url: https://audit.example';
const STORE = "{ name: a, store: 's3://evidence/a', index: ./a }";
test.each([
  [
    `serve: { ${URL}, ${TLS}, clientId: c, stores: [${STORE}, ${STORE}] }`,
    PEOPLE,
    'serve.stores names two stores the same',
  ],
  [
    `serve: { ${URL}, ${TLS}, clientId: c, stores: [${STORE}], archive: ./x }`,
    PEOPLE,
    'serve.archive and stores exclude each other: name the archive as one of the stores',
  ],
  [
    `serve: { ${URL}, ${TLS}, clientId: c, stores: [${STORE}], rights: [{ groups: [g], stores: [b] }] }`,
    PEOPLE,
    'serve.rights[0].stores[0] names no store: a',
  ],
  ['', PEOPLE, 'the file has no section serve: say there where people reach the server (docs/serve.md)'],
  [
    `serve: { url: 'http://audit.example', ${TLS}, clientId: c }`,
    PEOPLE,
    'serve.url must be an https URL without a path, such as https://audit.example',
  ],
  [
    `serve: { url: 'https://audit.example/app', ${TLS}, clientId: c }`,
    PEOPLE,
    'serve.url must be an https URL without a path, such as https://audit.example',
  ],
  [
    `serve: { ${URL}, clientId: c }`,
    PEOPLE,
    'serve has neither tls nor trustProxy: give the certificate, or the addresses of the proxy that has it',
  ],
  [
    `serve: { ${URL}, ${TLS}, trustProxy: [10.0.0.1], clientId: c }`,
    PEOPLE,
    'serve has both tls and trustProxy: a proxy that ends TLS makes a certificate here needless',
  ],
  [
    `serve: { ${URL}, trustProxy: [everyone], clientId: c }`,
    PEOPLE,
    'serve.trustProxy[0] must be an address or a range such as 10.0.0.0/8',
  ],
  [
    `serve: { ${URL}, trustProxy: [10.0.0.0/33], clientId: c }`,
    PEOPLE,
    'serve.trustProxy[0] must be an address or a range such as 10.0.0.0/8',
  ],
  [
    `serve: { ${URL}, ${TLS}, issuer: ci, clientId: c }`,
    PEOPLE,
    'serve.issuer must be the name of one of the issuers, where people sign in: CI jobs open no window',
  ],
  [
    `serve: { ${URL}, ${TLS} }`,
    PEOPLE,
    'serve.clientId is missing: give the client id of the server at the issuer okta',
  ],
  [
    `serve: { ${URL}, ${TLS} }`,
    '\nissuers: [{ name: dev, profile: development }]',
    'serve.url lets nobody in: say under roles which groups are viewer, investigator, reviewer and admin',
  ],
  [
    `serve: { ${URL}, ${TLS}, clientId: c }`,
    '\nissuers: [{ name: dev, profile: development }]\nroles: { admin: [everyone] }',
    'serve.clientId is no client of dev: a development issuer knows its own alone; leave clientId out',
  ],
  [
    `serve: { ${URL}, ${TLS}, clientId: c, idle: 2h, lifetime: 1h }`,
    PEOPLE,
    'serve.lifetime must not be shorter than idle',
  ],
  [
    `serve: { ${URL}, ${TLS}, clientId: c, clientSecret: { env: NONE } }`,
    PEOPLE,
    'serve.clientSecret names the environment variable NONE, which is not set',
  ],
])('%s is refused', async (section, rest, message) => {
  const place = /^a\.yaml:\d+:\d+: /;
  const told = await read(section, rest);
  expect([
    typeof told === 'string' && place.test(told),
    typeof told === 'string' && told.replace(place, ''),
  ]).toEqual([true, message]);
});
