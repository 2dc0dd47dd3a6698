/** Changes of a configuration on disk, as the window makes them. */
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { ConnectionForm } from '../../shared/api/gateway-settings.ts';
import { CommandError } from '../failure.ts';
import { emptyReader } from '../empty-reader.ts';
import { NewsFeed } from '../news-feed.ts';
import { GatewayHouse } from './gateway-house.ts';
import type { Keychain } from './keychain.ts';

const TEXT = `# Ours.
archive: ./archive
policy: ./policy.yaml
connections:
  - { name: shop, host: db, database: shop, user: agent, password: { env: SHOP } } # the shop
`;
const POLICY = 'version: 1 # ours\nrules: []\n';

const CRM: ConnectionForm = {
  name: 'crm',
  host: 'crm.example',
  port: 5432,
  database: 'crm',
  user: 'agent',
  sslmode: null,
  sslrootcert: null,
  groups: ['sales'],
  password: { from: 'env', variable: 'CRM' },
};

let folder: string;
let file: string;
let house: GatewayHouse;
/** Whether a gateway is said to answer. */
let runs: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-house-'));
  file = join(folder, 'auditorium.yaml');
  await writeFile(file, TEXT, { mode: 0o640 });
  await writeFile(join(folder, 'policy.yaml'), POLICY);
  runs = false;
  house = houseWith(null);
});

function houseWith(kept: Keychain | null): GatewayHouse {
  return new GatewayHouse({
    configuration: file,
    desk: {
      socket: join(folder, 'control.sock'),
      access: async () => {
        if (!runs) throw new CommandError('GATEWAY_NOT_RUNNING', 'none runs');
        return { socket: join(folder, 'control.sock'), token: null };
      },
    },
    runner: null,
    keychain: kept,
    reader: emptyReader(),
    news: new NewsFeed(),
    env: { SHOP: 'x' },
    now: () => Date.UTC(2026, 10, 22),
  });
}
afterEach(async () => {
  house.close();
  await rm(folder, { recursive: true, force: true });
});

/** A keychain without a system. */
function keychain(): Keychain & { readonly held: Map<string, string> } {
  const held = new Map<string, string>();
  return {
    held,
    reason: async () => null,
    names: () => [...held.keys()],
    open: async () => Object.fromEntries(held),
    keep: async (_, name, secret) => {
      held.set(`${name}!`, secret);
      return `${name}!`;
    },
    retain: (_, names) => {
      for (const name of [...held.keys()].filter((one) => !names.includes(one))) held.delete(name);
    },
  };
}

const revision = async (): Promise<string> => (await house.settings()).revision;

test('a change is written with its comments kept, the file’s mode too, and what it was lies beside it', async () => {
  const { settings, taken } = await house.putConnection(await revision(), null, CRM);
  const written = await readFile(file, 'utf8');
  const [copy = ''] = await readdir(join(folder, '.auditorium-before'));
  expect({
    written,
    mode: (await stat(file)).mode & 0o777,
    copy: await readFile(join(folder, '.auditorium-before', copy), 'utf8'),
    left: (await readdir(folder)).toSorted(),
    names: settings.connections.map(({ name }) => name),
    problem: settings.problem,
    crm: settings.connections[1]?.password,
    taken,
  }).toEqual({
    written: `${TEXT}  - name: crm
    host: crm.example
    database: crm
    user: agent
    groups: [sales]
    password: { env: CRM }
`,
    mode: 0o640,
    copy: TEXT,
    left: ['.auditorium-before', 'auditorium.yaml', 'policy.yaml'],
    names: ['shop', 'crm'],
    problem: null, // It is told at the connection.
    crm: { from: 'env', variable: 'CRM', set: false },
    taken: null,
  });
});

test('a file that others may read is its owner’s alone once a password stands in it in clear', async () => {
  const mode = async (): Promise<number> => (await stat(file)).mode & 0o777;
  await chmod(file, 0o644);
  const { narrowed: byName } = await house.putConnection(await revision(), null, CRM);
  const before = [byName, await mode()];
  const clear: ConnectionForm = { ...CRM, password: { from: 'text', text: 'hunter2' } };
  const { narrowed } = await house.putConnection(await revision(), 'crm', clear);
  const after = [narrowed, await mode()];
  const { narrowed: again } = await house.putConnection(await revision(), 'crm', { ...CRM, groups: [] });
  expect([before, after, again]).toEqual([[false, 0o644], [true, 0o600], false]);
});

test('variables that are not set here concern a gateway started from here, not one that runs elsewhere', async () => {
  await writeFile(
    file,
    `${TEXT}issuers:
  - name: idp
    profile: generic
    issuer: https://idp.example
    audience: api
    introspection: { clientId: c, clientSecret: { env: NONE } }
`,
  );
  const stopped = await house.settings();
  const ready = JSON.stringify({ ready: true, draining: false, listen: 'here', archive: '/a', workers: [] });
  const control = createServer((_, answer) =>
    answer.setHeader('content-type', 'application/json').end(ready),
  );
  await new Promise<void>((listening) => control.listen(join(folder, 'control.sock'), listening));
  onTestFinished(() => void control.close());
  runs = true;
  const running = await house.settings();
  expect([stopped.elsewhere, stopped.problem, running.elsewhere, running.problem]).toEqual([
    false,
    expect.stringContaining('clientSecret names the environment variable NONE, which is not set') as string,
    true,
    null,
  ]);
});

test('what the gateway’s schema refuses is not written, nor what was changed on disk meanwhile', async () => {
  const read = await revision();
  const bad = house.putConnection(read, 'shop', { ...CRM, name: 'a shop' });
  await expect(bad).rejects.toMatchObject({
    code: 'CONFIG_UNUSABLE',
    message: expect.stringContaining('connections[0].name must be a name') as string,
  });
  const twice = house.putConnection(read, null, { ...CRM, name: 'shop' });
  await expect(twice).rejects.toMatchObject({
    code: 'CONFIG_UNUSABLE',
    message: 'there is already a connection called shop: give this one another name, or change that one',
  });
  expect(await readFile(file, 'utf8')).toBe(TEXT);
  await writeFile(file, `${TEXT}# by hand\n`);
  await expect(house.drop(read, 'connection', 'shop')).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await readFile(file, 'utf8')).toBe(`${TEXT}# by hand\n`);
});

test('a policy is saved when it holds together, over what was read', async () => {
  const { revision: read } = await house.policy.source(await house.onDisk());
  await expect(house.savePolicy('version: 2\n', read)).rejects.toMatchObject({ code: 'CONFIG_UNUSABLE' });
  const observing = `${POLICY}mode: observe\n`;
  const { policy, taken } = await house.savePolicy(observing, read);
  await expect(house.savePolicy(POLICY, read)).rejects.toMatchObject({ code: 'CONFLICT' });
  const { state, policy: told } = await house.status();
  expect({ text: policy.text, taken, state, mode: told?.mode }).toEqual({
    text: observing,
    taken: null,
    state: 'stopped',
    mode: 'observe',
  });
});

test('a configuration that names no policy names the one that is saved', async () => {
  await writeFile(file, TEXT.replace('policy: ./policy.yaml\n', ''));
  await rm(join(folder, 'policy.yaml'));
  const shipped = await house.policy.source(await house.onDisk());
  await house.savePolicy(POLICY, shipped.revision);
  const now = await house.policy.source(await house.onDisk());
  expect([shipped.named, now.file, now.text, await readFile(file, 'utf8')]).toEqual([
    false,
    join(folder, 'policy.yaml'),
    POLICY,
    `${TEXT.replace('policy: ./policy.yaml\n', '')}policy: ./policy.yaml\n`,
  ]);
});

test('anchors are told as the configuration has them', async () => {
  await writeFile(file, `${TEXT}anchors:\n  - { file: ./anchors.txt }\n  - { log: true, every: 30s }\n`);
  expect((await house.settings()).anchors).toEqual([
    { kind: 'file', where: join(folder, 'anchors.txt'), every: 10_000 },
    { kind: 'log', where: null, every: 30_000 },
  ]);
});

test('a password for the keychain goes there, its name into the file; what no setting names any more is forgotten', async () => {
  const kept = keychain();
  house = houseWith(kept);
  const form: ConnectionForm = { ...CRM, password: { from: 'keychain', text: 'hunter2' } };
  const { settings } = await house.putConnection(await revision(), null, form);
  expect(await readFile(file, 'utf8')).toMatch(/\n {4}password: \{ keychain: crm! \}\n/);
  expect([...kept.held]).toEqual([['crm!', 'hunter2']]);
  expect([settings.problem, settings.keychain, settings.connections[1]?.password]).toEqual([
    null,
    null,
    { from: 'keychain', name: 'crm!' },
  ]);
  expect((await house.forTrial()).secrets).toEqual({ 'crm!': 'hunter2' });
  await house.drop(await revision(), 'connection', 'crm');
  expect([...kept.held]).toEqual([]);
});

test('without a keychain nothing is kept, nothing is written, and it is said why', async () => {
  const form: ConnectionForm = { ...CRM, password: { from: 'keychain', text: 'hunter2' } };
  const before = await readFile(file, 'utf8');
  await expect(house.putConnection(await revision(), null, form)).rejects.toMatchObject({
    code: 'NOT_AVAILABLE_HERE',
    message: 'no secret is kept in a keychain here: only the desktop app reaches the keychain of this system',
  });
  expect(await readFile(file, 'utf8')).toBe(before);
});
