import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startChildrenWith, type StartChild } from '../../gateway/archive/child.ts';
import { readConfig, readSettings } from '../../gateway/config.ts';
import { Reloaded } from '../../gateway/control-schema.ts';
import { askGateway } from '../control-client.ts';
import type { RunnerState } from '../gateway-config/gateway-runner.ts';
import { OwnGateway } from './own-gateway.ts';
import { signingKey } from './sealed-key.ts';
import { StandIn } from './testing/stand-in.ts';
import { utilityChildren } from './utility-child.ts';

let folder: string;
let config: string;
let shell: StandIn;
let states: RunnerState[];
let said: string[];
let gateway: OwnGateway;
let before: StartChild;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-own-gateway-'));
  config = join(folder, 'auditorium.yaml');
  write('');
  shell = new StandIn();
  states = [];
  said = [];
  before = startChildrenWith(utilityChildren(shell.utilityProcess));
  gateway = new OwnGateway({
    safeStorage: shell.safeStorage,
    platform: 'linux',
    say: (line) => said.push(line),
    clock: () => 0,
    // Pauses are told by the states; nobody waits for them here, but for sessions to end.
    later: (ms, then) => {
      const timer = setTimeout(then, ms < 20_000 ? ms / 100 : ms);
      return () => clearTimeout(timer);
    },
    changed: () => states.push(gateway.runner.state),
  });
});
afterEach(async () => {
  await gateway.runner.stop();
  startChildrenWith(before);
  rmSync(folder, { recursive: true });
});

function write(more: string): void {
  writeFileSync(
    config,
    `gateway: { listen: '127.0.0.1:0', log: { level: silent }, key: ${join(folder, 'signing.key')}${more} }
archive: ${join(folder, 'archive')}
issuers: [{ name: dev, profile: development }]
connections: [{ name: shop, host: 127.0.0.1, port: 1, database: shop, user: shop, password: 'secret', groups: [ci] }]
`,
  );
}

function eventually(holds: () => unknown): Promise<unknown> {
  return vi.waitFor(holds, { timeout: 40_000 });
}

test('a gateway that is killed is started again with the same key from the keychain, and ends in order', async () => {
  gateway.runner.start(config);
  await eventually(() => expect(states.at(-1)).toMatchObject({ state: 'running' }));
  const key = readFileSync(join(folder, 'signing.key.pub'), 'utf8');
  shell.utilities.at(-1)?.child.kill('SIGKILL');
  await eventually(() => expect(states.at(-1)).toMatchObject({ state: 'running', starts: 2 }));
  expect(states.map(({ state }) => state)).toEqual([
    'stopped',
    'starting',
    'running',
    'waiting',
    'starting',
    'running',
  ]);
  expect(states[3]).toMatchObject({ problem: 'it ended with status 1', again: 1_000 });
  expect([gateway.words, gateway.config]).toEqual(['The gateway runs, and records', config]);
  expect(readFileSync(join(folder, 'signing.key.pub'), 'utf8')).toBe(key);
  expect(() => readFileSync(join(folder, 'signing.key'))).toThrow('ENOENT');
  expect(readFileSync(join(folder, 'signing.key.sealed'), 'utf8')).not.toContain('PRIVATE');
  await gateway.runner.stop();
  expect(shell.utilities.map(({ child }) => child.exitCode)).toEqual([null, 0]);
  expect([gateway.words, gateway.config]).toEqual([null, null]);
}, 60_000);

test('passwords of its connections come from the keychain, at a reload too; the file has only their names', async () => {
  writeFileSync(config, readFileSync(config, 'utf8').replace(`'secret'`, `{ keychain: shop }`));
  expect(await gateway.keychain.keep(config, 'shop', 'hunter2')).toBe('shop');
  gateway.runner.start(config);
  await eventually(() => expect(states.at(-1)).toMatchObject({ state: 'running' }));
  expect(await gateway.keychain.keep(config, 'shop', 'hunter3')).toBe('shop-2');
  expect(await gateway.keychain.open(config)).toEqual({ shop: 'hunter2', 'shop-2': 'hunter3' });
  expect(readFileSync(`${config}.sealed`, 'utf8')).not.toMatch(/hunter/);
  expect(statSync(`${config}.sealed`).mode & 0o777).toBe(0o600);
  writeFileSync(config, readFileSync(config, 'utf8').replace('shop }', 'shop-2 }'));
  const { gateway: own } = await readSettings(config);
  const reload = { method: 'POST', path: '/reload', schema: Reloaded, token: null };
  expect(await askGateway(own.control, reload)).toMatchObject({ applied: ['connections'] });
  gateway.keychain.retain(config, ['shop-2']);
  expect(gateway.keychain.names(config)).toEqual(['shop-2']);
  gateway.keychain.retain(config, []);
  expect(() => statSync(`${config}.sealed`)).toThrow('ENOENT');
}, 60_000);

test('a password that the keychain does not give up keeps the gateway from starting, and is asked for nowhere else', async () => {
  writeFileSync(config, readFileSync(config, 'utf8').replace(`'secret'`, `{ keychain: shop }`));
  await gateway.keychain.keep(config, 'shop', 'hunter2');
  writeFileSync(join(folder, 'signing.key'), 'a key of its own file');
  shell.keychain.available = false;
  gateway.runner.start(config);
  const waits = () => states.filter(({ state }) => state === 'waiting');
  await eventually(() => expect(waits()).not.toEqual([]));
  expect(waits()[0]?.problem).toMatch(/does not open them: the keychain is locked/);
  await expect(gateway.keychain.keep(config, 'shop', 'x')).rejects.toMatchObject({
    code: 'NOT_AVAILABLE_HERE',
  });
  await expect(readConfig(config, {})).rejects.toThrow(/the secret shop of the desktop app’s keychain/);
}, 60_000);

test('one that cannot start is tried again, and says why', async () => {
  await signingKey(join(folder, 'signing.key'), shell.safeStorage, 'linux');
  shell.keychain.available = false;
  gateway.runner.start(config);
  const waits = () => states.filter(({ state }) => state === 'waiting');
  await eventually(() => expect(waits().length).toBeGreaterThan(2));
  expect(
    waits()
      .map(({ again }) => again)
      .slice(0, 3),
  ).toEqual([1_000, 2_000, 5_000]);
  expect(waits()[0]?.problem).toMatch(/locked with this system’s keychain/);
  expect(shell.utilities).toEqual([]);
});

test('several workers are forks of Node, which this program is not: that is said', async () => {
  write(', workers: 2');
  gateway.runner.start(config);
  await eventually(() => expect(states.map(({ state }) => state)).toContain('waiting'));
  expect(states.find(({ state }) => state === 'waiting')?.problem).toMatch(
    /^a gateway within the desktop app has one worker/,
  );
  expect(shell.utilities).toEqual([]);
});

test('a keychain that is none is not trusted with the key: it stays a file, and that is said', async () => {
  const path = join(folder, 'signing.key');
  shell.keychain.backend = 'basic_text';
  const plain = await signingKey(path, shell.safeStorage, 'linux');
  expect(plain).toEqual({ kind: 'file', why: expect.stringContaining('"basic_text"') });
  shell.keychain.available = false;
  expect(await signingKey(path, shell.safeStorage, 'darwin')).toEqual({
    kind: 'file',
    why: 'this system offers no keychain',
  });
  // Which backend there is is a question of Linux alone.
  shell.keychain.available = true;
  expect(await signingKey(path, shell.safeStorage, 'darwin')).toMatchObject({ kind: 'keychain' });
});

test('a key that is locked is not made anew when the keychain does not open', async () => {
  const path = join(folder, 'signing.key');
  await signingKey(path, shell.safeStorage, 'linux');
  shell.keychain.available = false;
  await expect(signingKey(path, shell.safeStorage, 'linux')).rejects.toMatchObject({
    code: 'KEY_UNUSABLE',
    message: expect.stringContaining('Unlock the keychain'),
  });
});

test('a key that lies in a file already stays there', async () => {
  const path = join(folder, 'signing.key');
  writeFileSync(path, 'a key');
  expect(await signingKey(path, shell.safeStorage, 'linux')).toEqual({ kind: 'file', why: null });
});
