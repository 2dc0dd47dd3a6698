/** Who may dial a team server, and what it offers: as the command line writes it, and gateways take it. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { EnrolledGateways } from '../fleet/enrolled.ts';
import { Offers } from '../fleet/offers.ts';
import { addGateway, listGateways, offerPolicy, removeGateway } from './fleet.ts';

let folder: string;
let config: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-fleet-cli-'));
  config = join(folder, 'serve.yaml');
  writeFileSync(
    config,
    `issuers: [{ name: dev, profile: development }]
roles: { viewer: [everyone], admin: [ops] }
serve: { url: 'https://audit.example', trustProxy: [10.0.0.1], fleet: ./fleet }
`,
  );
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What is printed on standard output meanwhile. */
async function printed(act: () => Promise<void>): Promise<string> {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await act();
  const text = out.mock.calls.map(([written]) => String(written)).join('');
  vi.restoreAllMocks();
  return text;
}

const once = { newSecret: false, json: false };

test('a gateway that was added may dial with what was printed, of which only a digest is kept', async () => {
  const secret = (await printed(() => addGateway('gw-1', { config, ...once }))).trim();
  const enrolled = new EnrolledGateways(join(folder, 'fleet'));
  const file = join(folder, 'fleet/gateways.json');
  await expect(addGateway('gw-1', { config, ...once })).rejects.toThrow('--new-secret');
  const before = [
    enrolled.knows('gw-1', secret),
    enrolled.knows('gw-1', `${secret}x`),
    enrolled.knows('gw-2', secret),
  ];
  const other = (await printed(() => addGateway('gw-1', { config, newSecret: true, json: false }))).trim();
  expect([
    before,
    [enrolled.knows('gw-1', secret), enrolled.knows('gw-1', other)],
    readFileSync(file, 'utf8').includes(other),
    statSync(file).mode & 0o777,
  ]).toEqual([[true, false, false], [false, true], false, 0o600]);
  await removeGateway('gw-1', { config });
  expect([enrolled.knows('gw-1', other), enrolled.list()]).toEqual([false, []]);
});

test.each(['', '../x', 'a b', '-x', 'x:1', 'x'.repeat(64), '__proto__'])(
  'a name such as %j is none',
  async (name) => {
    await expect(addGateway(name, { config, ...once })).rejects.toThrow('is no name of a gateway');
  },
);

test('only a policy that gateways can use is signed; each is offered its own before that of all', async () => {
  await printed(() => addGateway('gw-1', { config, ...once }));
  await printed(() => addGateway('gw-2', { config, ...once }));
  const [file, key] = [join(folder, 'policy.yaml'), join(folder, 'signing.key')];
  writeFileSync(file, 'version: 1\nrules: [{ name: x }]\n');
  await expect(offerPolicy(file, { config, key, json: false })).rejects.toThrow(`${file}:2:`);
  writeFileSync(file, 'version: 1\n');
  await printed(() => offerPolicy(file, { config, key, json: false }));
  writeFileSync(file, 'version: 1\n# of gw-2\n');
  await printed(() => offerPolicy(file, { config, key, gateway: 'gw-2', json: false }));
  const offers = new Offers(join(folder, 'fleet'));
  const listed = await printed(() => listGateways({ config, json: true }));
  const policies = listed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; policy: number });
  expect([
    offers.of('gw-1')?.text,
    offers.of('gw-2')?.text,
    policies.map(({ name }) => name),
    policies.map(({ policy }) => policy),
  ]).toEqual([
    'version: 1\n',
    'version: 1\n# of gw-2\n',
    ['gw-1', 'gw-2'],
    [offers.of('gw-1')?.version, offers.of('gw-2')?.version],
  ]);
});
