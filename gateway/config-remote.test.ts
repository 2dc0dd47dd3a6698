import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

const read = (remote: string) =>
  parseConfig(
    `archive: { remote: ${remote} }
issuers: [{ name: dev, profile: development }]
connections: [{ name: shop, host: 127.0.0.1, port: 1, database: shop, user: shop, password: x, groups: [a] }]`,
    '/etc/auditorium',
  ).volumes.remote;

test('a remote store is a bucket, and what is usual unless it is said', () => {
  expect(read('{ bucket: evidence }')).toEqual({
    bucket: 'evidence',
    prefix: '',
    gateway: hostname(),
    every: 60_000,
    rate: 32 << 20,
    tenant: [],
    retention: null,
  });
});

test('all of it can be said', () => {
  expect(
    read(
      '{ bucket: evidence, prefix: prod, endpoint: "https://s3.example", region: eu-west-1, forcePathStyle: true, gateway: gw-1, every: 5s, rate: 8MiB, retention: { mode: governance, for: 365d } }',
    ),
  ).toEqual({
    bucket: 'evidence',
    prefix: 'prod',
    endpoint: 'https://s3.example',
    region: 'eu-west-1',
    pathStyle: true,
    gateway: 'gw-1',
    every: 5_000,
    rate: 8 << 20,
    tenant: [],
    retention: { mode: 'GOVERNANCE', ms: 365 * 86_400_000 },
  });
});

test.for([
  ['{ bucket: Evidence }', 'is no name of a bucket'],
  ['{ bucket: evidence, every: 10ms }', 'a duration such as 60s, at least 1s'],
  ['{ bucket: evidence, rate: 1KiB }', 'a size such as 32MiB, at least 1MiB'],
  ['{ bucket: evidence, retention: { mode: forever, for: 1d } }', 'compliance or governance'],
  ['{ bucket: evidence, retention: { mode: compliance } }', 'a duration such as 365d'],
] as const)('%s is refused: %s', ([written, why]) => {
  expect(() => read(written)).toThrow(why);
});

const KEY = Buffer.alloc(32, 7);

test('keys of sessions lie in a folder or a bucket, and a tenant’s keys come from where secrets come from', () => {
  const remote = (more: string) =>
    parseConfig(
      `archive: { remote: { bucket: evidence, ${more} } }
issuers: [{ name: dev, profile: development }]
connections: [{ name: shop, host: 127.0.0.1, port: 1, database: shop, user: shop, password: x, groups: [a] }]`,
      '/etc/auditorium',
      { NEW: KEY.toString('hex'), OLD: KEY.toString('base64') },
    ).volumes.remote;
  expect(remote('keys: { folder: ./keys }')?.keys).toEqual({ folder: '/etc/auditorium/keys' });
  expect(remote('keys: { bucket: evidence, prefix: keys }')?.keys).toMatchObject({
    bucket: 'evidence',
    prefix: 'keys',
  });
  expect(remote('encryption: { key: { env: NEW }, old: [{ env: OLD }] }')?.tenant).toEqual([
    KEY.toString('base64'),
    KEY.toString('base64'),
  ]);
  for (const [more, why] of [
    ['keys: { bucket: evidence }', 'lies where bundles are put'],
    ['keys: { bucket: other, folder: ./keys }', 'must name either folder or bucket'],
    ['keys: {}', 'must name either folder or bucket'],
    ['encryption: { key: secret }', 'archive.remote.encryption.key is no key of 32 bytes'],
    ['encryption: { key: { env: NEW }, old: [{ env: NONE }] }', 'archive.remote.encryption.old[0] names the'],
    ['encryption: { key: { command: [cat] } }', 'is a command, which is not run for it'],
  ] as const)
    expect(() => remote(more)).toThrow(why);
});
