import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from './policy/default-policy.ts';
import {
  ConfigError,
  developmentIssuer,
  issuersOf,
  parseConfig,
  parseDuration,
  readConfig,
  readSettings,
  userFolder,
} from './config.ts';

const DIR = '/etc/auditorium';

const WHOLE = `# auditorium.yaml
gateway:
  listen: 127.0.0.1:6432
  durability: full
  workers: 2
  control: /run/auditorium/control.sock
  metrics: 127.0.0.1:9464
  drain: 90s
  log: { level: warn }
  authentication: oauthbearer
  oauth: { issuer: okta, scope: openid groups }
  limits: { unauthenticated: 64, unauthenticatedPerAddress: 16, clientMessage: 1MiB, serverMessage: 512MiB }
  spool: { dir: ./spool, limit: 512MiB, deadline: 5s }
  tls: { cert: server.crt, key: /etc/ssl/server.key }
archive: ../archive
issuers:
  - { name: okta, profile: okta, issuer: https://example.okta.com/oauth2/default, audience: api://auditorium, lifetime: max(8h) }
  - name: github
    profile: github
    issuer: https://token.actions.githubusercontent.com
    audience: auditorium
    groups: [ci-agents]
    require: { repository_owner_id: 42, ref: [refs/heads/main, refs/heads/next] }
  - { name: dev, profile: development, port: 9400 }
connections:
  - { name: shop, host: db.internal, port: 5433, database: shop, user: shop_agent, password: { env: SHOP_PASSWORD }, sslmode: verify-full, sslrootcert: ca.pem, groups: [ci-agents] }
policy: default
`;

const OKTA = {
  name: 'okta',
  profile: 'okta',
  issuer: 'https://example.okta.com/oauth2/default',
  port: 0,
  audience: 'api://auditorium',
  lifetime: { max: 28_800_000 },
  algorithms: ['RS256'],
  groups: [],
  require: {},
};
const GITHUB = {
  name: 'github',
  profile: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  port: 0,
  audience: 'auditorium',
  lifetime: { max: 3_600_000 },
  algorithms: ['RS256'],
  groups: ['ci-agents'],
  require: { repository_owner_id: ['42'], ref: ['refs/heads/main', 'refs/heads/next'] },
};
const DEVELOPMENT = {
  name: 'dev',
  profile: 'development',
  issuer: null,
  port: 9400,
  audience: 'auditorium',
  lifetime: 'exp',
  algorithms: ['ES256'],
  groups: [],
  require: {},
};

/** Roles and approvals of a configuration that says nothing of them. */
const NOBODY_SPECIAL = {
  roles: { viewer: [], investigator: [], reviewer: [], admin: [] },
  approvals: { webhook: null },
  stream: [],
};
/** Where nothing is said of volumes and anchors. */
const KEPT_FOR_GOOD = {
  volumes: { roll: { statements: 1_000_000, bytes: 2 ** 32, age: 86_400_000 }, retention: null },
  anchors: [],
};

test('a whole configuration is read, its paths relative to it', () => {
  expect(parseConfig(WHOLE, DIR, { SHOP_PASSWORD: 'secret' })).toEqual({
    gateway: {
      listen: { host: '127.0.0.1', port: 6432 },
      durability: 'full',
      mode: 'enforce',
      workers: 2,
      spool: { dir: '/etc/auditorium/spool', limit: 536_870_912, deadline: 5000 },
      key: '/etc/auditorium/spool/signing.key',
      tls: { cert: '/etc/auditorium/server.crt', key: '/etc/ssl/server.key' },
      control: '/run/auditorium/control.sock',
      metrics: { host: '127.0.0.1', port: 9464 },
      drain: 90_000,
      log: { level: 'warn' },
      authentication: 'oauthbearer',
      oauth: { issuer: 'okta', scope: 'openid groups' },
      limits: {
        unauthenticated: 64,
        unauthenticatedPerAddress: 16,
        clientMessage: 2 ** 20,
        serverMessage: 2 ** 29,
      },
    },
    archive: '/etc/archive',
    issuers: [OKTA, GITHUB, DEVELOPMENT],
    connections: [
      {
        name: 'shop',
        host: 'db.internal',
        port: 5433,
        database: 'shop',
        user: 'shop_agent',
        password: 'secret',
        auth: ['scram-sha-256'],
        channelBinding: 'prefer',
        sslmode: 'verify-full',
        sslnegotiation: 'postgres',
        sslrootcert: '/etc/auditorium/ca.pem',
        groups: ['ci-agents'],
      },
    ],
    policy: { file: 'default policy', text: DEFAULT_POLICY },
    ...NOBODY_SPECIAL,
    ...KEPT_FOR_GOOD,
  });
});

test('what is missing or left empty has its default', () => {
  const defaults = {
    gateway: {
      listen: { host: '127.0.0.1', port: 6432 },
      durability: 'intent',
      mode: 'enforce',
      workers: 1,
      spool: { dir: '/etc/auditorium/spool', limit: 2_147_483_648, deadline: 30_000 },
      key: '/etc/auditorium/spool/signing.key',
      control: '/etc/auditorium/spool/control.sock',
      drain: 30_000,
      log: { level: 'info' },
      authentication: 'password',
      oauth: { scope: 'openid' },
      limits: {
        unauthenticated: 1000,
        unauthenticatedPerAddress: 500,
        clientMessage: 64 * 2 ** 20,
        serverMessage: 2 ** 30,
      },
    },
    archive: '/etc/auditorium/archive',
    issuers: [],
    connections: [],
    ...NOBODY_SPECIAL,
    ...KEPT_FOR_GOOD,
  };
  for (const text of [
    '',
    '# nothing\n',
    'gateway: {}\n',
    'gateway:\nissuers:\nconnections:\narchive:\npolicy:\n',
  ]) {
    expect(parseConfig(text, DIR), text).toEqual(defaults);
  }
  expect(
    parseConfig("connections: [{ name: a, host: h, database: d, user: u, password: '' }]", DIR).connections,
  ).toEqual([
    {
      name: 'a',
      host: 'h',
      port: 5432,
      database: 'd',
      user: 'u',
      password: '',
      auth: ['scram-sha-256'],
      channelBinding: 'prefer',
      sslmode: 'prefer',
      sslnegotiation: 'postgres',
      groups: [],
    },
  ]);
});

test('the gateway listens on IPv6 and on names as well', () => {
  const listen = (text: string) => parseConfig(`gateway: { listen: "${text}" }`, DIR).gateway.listen;
  expect(listen('[::1]:0')).toEqual({ host: '::1', port: 0 });
  expect(listen('db-gateway.internal:5432')).toEqual({ host: 'db-gateway.internal', port: 5432 });
});

test('probes and collectors of other machines reach metrics only where that is said', () => {
  const text = "gateway: { metrics: { listen: '0.0.0.0:9464', open: true } }";
  expect(parseConfig(text, DIR).gateway.metrics).toEqual({ host: '0.0.0.0', port: 9464 });
});

describe('errors say where, what and how to mend it', () => {
  const connection = (rest: string) =>
    `connections:\n  - { name: a, host: h, database: d, user: u, ${rest} }`;
  const issuer = (rest: string) => `issuers:\n  - { name: i, ${rest} }`;
  test.each([
    [
      'archive: [',
      '1:11: is not YAML as expected here: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['gateway: { workers: 1, workers: 2 }', '1:24: is not YAML as expected here: Map keys must be unique'],
    [
      'issuers: *everyone',
      '1:1: is not YAML as expected here: Unresolved alias (the anchor must be set before the alias): everyone',
    ],
    ['- a', '1:1: the file must be a mapping'],
    ['gatway: {}', '1:1: gatway is not a setting known here; mend or remove it'],
    [
      'gateway:\n  spool:\n    folder: x',
      '3:5: gateway.spool.folder is not a setting known here; mend or remove it',
    ],
    ['gateway:\n  listen: 6432', '2:3: gateway.listen must be an address such as 127.0.0.1:6432'],
    ['gateway:\n  listen: localhost:70000', '2:3: gateway.listen must be an address such as 127.0.0.1:6432'],
    ['gateway:\n  durability: none', '2:3: gateway.durability must be full, intent or process'],
    ['gateway:\n  workers: 0', '2:3: gateway.workers must be at least 1'],
    [
      'gateway:\n  spool: { limit: 2GB }',
      '2:12: gateway.spool.limit must be a size such as 2GiB, at least 64MiB',
    ],
    [
      'gateway:\n  metrics: 0.0.0.0:9464',
      '2:3: gateway.metrics must be a loopback address such as 127.0.0.1:9464, or { listen: 0.0.0.0:9464, open: true } where whoever reaches that may read it',
    ],
    [
      'gateway:\n  metrics: { listen: 0.0.0.0:9464 }',
      '2:3: gateway.metrics must be a loopback address such as 127.0.0.1:9464, or { listen: 0.0.0.0:9464, open: true } where whoever reaches that may read it',
    ],
    ['gateway:\n  drain: long', '2:3: gateway.drain must be a duration such as 30s'],
    ['gateway:\n  tls: { cert: a }', '2:3: gateway.tls.key is missing: give a path'],
    [
      'archive: 5',
      '1:1: archive must be the path of a folder, or a mapping with path, roll, retention, s3 and remote',
    ],
    [
      issuer('profile: auth0'),
      '2:16: issuers[0].profile must be one of okta, generic, github, gitlab, buildkite, development',
    ],
    [issuer('profile: okta, audience: a'), '2:5: issuers[0].issuer is missing: give the URL of the issuer'],
    [
      issuer('profile: generic, issuer: "https://a.example"'),
      '2:5: issuers[0].audience is missing: give the audience that tokens for this gateway are issued for',
    ],
    [
      issuer('profile: okta, audience: a, issuer: "http://a.example"'),
      '2:44: issuers[0].issuer must be an https URL (http only on loopback) without query, fragment and user',
    ],
    [
      issuer('profile: development, lifetime: 1h'),
      '2:38: issuers[0].lifetime must be exp or max(<duration>) such as max(1h)',
    ],
    [
      issuer('profile: development, algorithms: [HS256]'),
      '2:51: issuers[0].algorithms[0] must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
    ],
    [
      issuer('profile: development, issuer: "https://a.example"'),
      '2:38: issuers[0].issuer must be on loopback: it is for development',
    ],
    [
      issuer('profile: development, issuer: "http://127.0.0.1:9", port: 9'),
      '2:68: issuers[0].port is only for a development issuer that the gateway starts itself (profile: development, no issuer)',
    ],
    [
      issuer('profile: gitlab, issuer: "https://gitlab.com", audience: a'),
      '2:5: issuers[0].require is missing: this issuer signs for everybody; say whose tokens are meant, such as { namespace_id: … }',
    ],
    [
      'gateway: { oauth: { issuer: okta } }',
      '1:21: gateway.oauth.issuer must be the name of one of the issuers',
    ],
    [
      'gateway: { limits: { unauthenticated: 0 } }',
      '1:22: gateway.limits.unauthenticated must be at least 1',
    ],
    [
      'issuers:\n  - { name: a, profile: development }\n  - { name: b, profile: development }',
      '3:5: issuers[1] is a second development issuer without issuer; one is enough',
    ],
    [
      'issuers:\n  - { name: a, profile: development, issuer: "http://127.0.0.1:9" }\n  - { name: b, profile: generic, issuer: "http://127.0.0.1:9", audience: x }',
      '3:34: issuers[1].issuer must differ from that of item 1 of the list',
    ],
    ['connections:\n  - { name: a }', '2:5: connections[0].host is missing: give a host (and 2 more)'],
    [connection('port: 0, password: x'), '2:47: connections[0].port must be a port from 1 to 65535'],
    [
      connection('password: 12345'),
      '2:47: connections[0].password must be text in quotes, { env: VARIABLE }, { file: PATH } or { command: [PROGRAM, ARGUMENT, …] }',
    ],
    [
      connection('password: { env: UNSET }'),
      '2:47: connections[0].password names the environment variable UNSET, which is not set',
    ],
    [connection('password: x, groups: all'), '2:60: connections[0].groups must be a list of groups'],
    [
      `${connection('password: x')}\n  - { name: a, host: h, database: d, user: u, password: x }`,
      '3:7: connections[1].name must differ from that of item 1 of the list',
    ],
  ])('%s', (text, message) => {
    const read = () => parseConfig(text, DIR, {}, 'conf/a.yaml');
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: `conf/a.yaml:${message}` }),
    );
  });
});

describe('files', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'auditorium-config-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const withFile = 'connections: [{ name: a, host: h, database: d, user: u, password: { file: ./secret } }]';

  test('settings are read without the passwords being there', async () => {
    const path = join(dir, 'auditorium.yaml');
    await writeFile(path, withFile);
    expect((await readSettings(path)).connections).toEqual([
      {
        name: 'a',
        host: 'h',
        port: 5432,
        database: 'd',
        user: 'u',
        auth: ['scram-sha-256'],
        channelBinding: 'prefer',
        sslmode: 'prefer',
        sslnegotiation: 'postgres',
        groups: [],
      },
    ]);
  });

  test('a file that is not there, or is a folder, is told apart from a wrong one', async () => {
    await expect(readConfig(join(dir, 'none.yaml'), {})).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    await expect(readConfig(dir, {})).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });
});

test('the development issuer of a configuration lives beside the spool and takes its place among the issuers', () => {
  const config = parseConfig(WHOLE, DIR, { SHOP_PASSWORD: '' });
  expect(developmentIssuer(config)).toEqual({
    dir: '/etc/auditorium/spool/issuer',
    port: 9400,
    audience: 'auditorium',
  });
  expect(issuersOf(config, 'http://127.0.0.1:9400').map(({ issuer }) => issuer)).toEqual([
    OKTA.issuer,
    GITHUB.issuer,
    'http://127.0.0.1:9400',
  ]);
  expect(() => issuersOf(config, null)).toThrow('the development issuer "dev" was not started');
});

test('a development issuer whose URL is given is started by somebody else', () => {
  const config = parseConfig(
    'issuers: [{ name: d, profile: development, issuer: "http://127.0.0.1:9" }]',
    DIR,
  );
  expect(developmentIssuer(config)).toBeNull();
  expect(issuersOf(config, null).map(({ issuer }) => issuer)).toEqual(['http://127.0.0.1:9']);
});

test('durations', () => {
  const written = ['250ms', '90s', '5m', '1 h', '7d', '', '5', '0s', '-1s', '1.5h', '1w', '1h 5m'];
  expect(written.map(parseDuration)).toEqual([
    250,
    90_000,
    300_000,
    3_600_000,
    604_800_000,
    ...Array(7).fill(null),
  ]);
});

test("the user's folder is where the operating system wants it, or where the user says", () => {
  const home = { HOME: '/home/ada' };
  expect(userFolder({ ...home, AUDITORIUM_HOME: '/srv/aud' }, 'linux')).toBe('/srv/aud');
  expect(userFolder(home, 'linux')).toBe('/home/ada/.local/share/auditorium');
  expect(userFolder({ ...home, XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/auditorium');
  expect(userFolder(home, 'darwin')).toBe('/home/ada/Library/Application Support/Auditorium');
  expect(userFolder({ LOCALAPPDATA: '/l' }, 'win32')).toBe(join('/l', 'Auditorium'));
});

test('a mode beside a policy, and a policy that cannot be used, are refused where they stand', () => {
  const read = (text: string) => {
    try {
      parseConfig(text, DIR);
      return null;
    } catch (error) {
      return (error as ConfigError).message;
    }
  };
  expect([read('gateway: { mode: observe }\npolicy: default\n'), read('policy: ./none.yaml\n')]).toEqual([
    'auditorium.yaml:1:12: gateway.mode the mode is the policy’s: say it there, and take it out here',
    expect.stringMatching(
      /^auditorium\.yaml:1:1: policy \/etc\/auditorium\/none\.yaml cannot be read: ENOENT/,
    ),
  ]);
});
