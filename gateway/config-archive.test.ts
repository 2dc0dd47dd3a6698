import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from './config.ts';
import { reloadOf } from './reload.ts';

const DIR = '/etc/auditorium';
const WITNESS = 'witness.example/w1+0e44b872+BGNYfBpZqBQy8JXQ+X9X0sQq9C6W8cQpUo9k3nkYx2gI';

function read(text: string) {
  return parseConfig(text, DIR, {}, 'a.yaml');
}

function failure(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'it was taken';
}

test('an archive is a folder, or says when its volumes end and go', () => {
  const { archive, volumes } = read(`archive:
  path: ../volumes
  roll: { statements: 5000, size: 64MiB, age: 6h }
  retention: { age: 90d, size: 500GiB, hold: ['job:github/4713', 'table:payments verb:delete'] }`);
  expect({ archive, volumes }).toEqual({
    archive: '/etc/volumes',
    volumes: {
      roll: { statements: 5000, bytes: 2 ** 26, age: 21_600_000 },
      retention: {
        age: 7_776_000_000,
        bytes: 500 * 2 ** 30,
        hold: ['job:github/4713', 'table:payments verb:delete'],
      },
    },
  });
  expect(read('archive: { retention: { size: 1TiB, hold: all } }').volumes).toEqual({
    roll: { statements: 1_000_000, bytes: 2 ** 32, age: 86_400_000 },
    retention: { age: null, bytes: 2 ** 40, hold: [''] },
  });
});

test('sealed volumes may be put into a bucket', () => {
  const written = `archive:
  s3: { bucket: evidence, prefix: prod, endpoint: 'https://s3.example', region: eu-west-1, forcePathStyle: false, keepLocal: 7d }`;
  expect(read(written).volumes.bucket).toEqual({
    bucket: 'evidence',
    prefix: 'prod',
    endpoint: 'https://s3.example',
    region: 'eu-west-1',
    pathStyle: false,
    keepLocal: 604_800_000,
  });
  const bare = { bucket: 'evidence', prefix: '', keepLocal: null };
  expect(read('archive: { s3: { bucket: evidence } }').volumes.bucket).toEqual(bare);
  expect(read('archive: { s3: { bucket: evidence, keepLocal: all } }').volumes.bucket).toEqual(bare);
});

test.each([
  ['{ s3: { bucket: Evidence } }', 'is no name of a bucket'],
  ['{ s3: { bucket: evidence, endpoint: http://s3.example } }', 'must be an https URL'],
  ['{ s3: { bucket: evidence, keepLocal: 7 } }', 'a duration such as 7d'],
  [
    '{ s3: { bucket: evidence, keepLocal: 7d }, retention: { age: 90d } }',
    'has both retention and s3.keepLocal',
  ],
])('archive: %s is refused', (archive, why) => {
  expect(failure(`archive: ${archive}`)).toContain(why);
});

test('the key lies in the spool’s folder unless another place is named', () => {
  expect(read('gateway: { key: keys/gateway.pem }').gateway.key).toBe('/etc/auditorium/keys/gateway.pem');
  expect(read('gateway: { spool: { dir: /var/spool/a } }').gateway.key).toBe('/var/spool/a/signing.key');
});

test('anchors are files, the log and witnesses, each in its own time', () => {
  const { anchors } = read(`anchors:
  - { file: anchors.txt }
  - { log: true, every: 1h }
  - { witness: { url: 'https://witness.example', key: ${WITNESS} } }`);
  expect(anchors).toEqual([
    { kind: 'file', path: '/etc/auditorium/anchors.txt', every: 10_000 },
    { kind: 'log', every: 3_600_000 },
    { kind: 'witness', url: 'https://witness.example', key: WITNESS, every: 60_000 },
  ]);
});

test.each([
  ['archive: { roll: { size: 1KiB } }', '1:20: archive.roll.size must be a size such as 4GiB, at least 1MiB'],
  [
    'archive: { retention: { hold: all } }',
    '1:12: archive.retention has neither age nor size: give one, or take it out to keep everything',
  ],
  [
    'archive: { retention: { age: 1d, hold: [ok, "rows>>"] } }',
    '1:45: archive.retention.hold[1] is no filter: ',
  ],
  ['archive: { retention: { age: 1d, hold: everything } }', '1:34: archive.retention.hold must be all, or a'],
  ['anchors: [{ every: 1m }]', '1:11: anchors[0] must name one of file, log and witness'],
  ['anchors: [{ file: a, log: true }]', '1:11: anchors[0] must name one of file, log and witness'],
  [
    'anchors: [{ witness: { url: "http://witness.example", key: k } }]',
    '1:24: anchors[0].witness.url must be an https URL (http only on loopback) without a user',
  ],
  [
    'anchors: [{ witness: { url: "https://witness.example", key: k } }]',
    '1:56: anchors[0].witness.key must be a C2SP verifier key',
  ],
  [
    'gateway: { log: { level: warn } }\nanchors: [{ log: true }]',
    '2:13: anchors[0].log needs gateway.log.level info or debug: its lines are of level info',
  ],
])('%s', (text, message) => {
  expect(failure(text)).toContain(`a.yaml:${message}`);
});

test('a running gateway keeps how it writes volumes and whom it tells of them', () => {
  const issuer = 'issuers: [{ name: dev, profile: development }]';
  const before = read(issuer);
  const after = read(`${issuer}\nanchors: [{ log: true }]\narchive: { roll: { statements: 5 } }`);
  const { applied, kept, config } = reloadOf(before, after, true);
  expect({ applied, kept, volumes: config.volumes, anchors: config.anchors }).toEqual({
    applied: [],
    kept: ['archive', 'anchors'],
    volumes: before.volumes,
    anchors: before.anchors,
  });
});
