/** Policies that a team server passes on, and gateways that are started anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKey } from '../../gateway/archive/key-file.ts';
import { sha256 } from '../../gateway/archive/ed25519.ts';
import { digestOf, putOffer } from '../../main/fleet/offers.ts';
import type { Visitor } from '../../main/server/testing/visitor.ts';
import { FleetView } from '../../shared/api/fleet.ts';
import { EVERY_GATEWAY, POLICY_SIGNER, policyNoteText } from '../../shared/fleet/policy.ts';
import { ED25519, signNote } from '../../shared/recording/note.ts';
import { type FleetMember, LinkedFleet, read } from './linked-fleet.ts';

const NO_DELETE = `version: 1
rules:
  - { name: no deleting, statement: { verb: DELETE }, effect: deny, message: not here }
`;

let fleet: LinkedFleet;
let one: FleetMember;
let lea: Visitor;
let key: ReturnType<typeof makeKey>;
beforeAll(async () => {
  fleet = await LinkedFleet.start();
  key = makeKey(join(fleet.folder, 'signing'));
  one = await fleet.gateway('gw-1', { fleet: 'policyKeys: ../signing.pub' });
  await fleet.gateway('gw-2');
  lea = await fleet.person('lea', 'leads');
  await fleet.seen(lea, { 'gw-1': 'linked', 'gw-2': 'linked' });
});
afterAll(async () => {
  await fleet?.[Symbol.asyncDispose]();
});

function put(version: number, text = NO_DELETE, signed = text, by = key): void {
  const gateway = EVERY_GATEWAY;
  const note = policyNoteText({ gateway, version, sha256: digestOf(signed) });
  const signer = { name: POLICY_SIGNER, type: ED25519, key: by.signer.publicKey } as const;
  putOffer(fleet.enrolled.folder, gateway, { text, note: signNote(sha256, note, signer, by.signer.sign) });
}

type Policy = FleetView['gateways'][number]['policy'];

/** What each gateway says of its policy, once all have said what they make of the one that is offered. */
async function settled(offered: number, before: readonly Policy[] = []): Promise<Policy[]> {
  const look = async () =>
    read(FleetView, await lea.ask('GET', '/api/fleet')).gateways.map(({ policy }) => policy);
  const said = (policy: Policy | undefined) => JSON.stringify([policy?.version, policy?.refused?.why]);
  const areSettled = async () => {
    const [first, second] = await look();
    return first?.offered === offered && said(first) !== said(before[0]) && second?.refused !== null;
  };
  await expect.poll(areSettled, { timeout: 12_000 }).toBe(true);
  return look();
}

async function deleting(member: FleetMember): Promise<string> {
  const agent = await fleet.agent(member, 'agent');
  return agent.query('delete from nothing where false').then(
    () => 'done',
    (error: Error) => error.message,
  );
}

const hash = digestOf(NO_DELETE);

test('a signed policy is in force at the gateways that know who signed it, and nothing else is', async () => {
  const [own] = read(FleetView, await lea.ask('GET', '/api/fleet')).gateways;
  const first = await deleting(one);
  put(5);
  const taken = await settled(5, [own?.policy ?? null]);
  const then = await deleting(one);
  put(4, `${NO_DELETE}# changed\n`);
  const older = await settled(4, taken);
  put(6, 'version: 1\n', NO_DELETE);
  const tampered = await settled(6, older);
  put(7, NO_DELETE, NO_DELETE, makeKey(join(fleet.folder, 'other')));
  const strange = await settled(7, tampered);
  put(8, 'version: 1\nrules: [{ name: x }]\n');
  const broken = await settled(8, strange);
  const ran = { hash, version: 5 };
  expect([first, taken, then, older[0], tampered[0], strange[0], broken[0]]).toEqual([
    'relation "nothing" does not exist',
    [
      { ...ran, offered: 5, refused: null },
      {
        hash: own?.policy?.hash,
        version: null,
        offered: 5,
        refused: {
          version: null,
          why: 'this gateway takes no policies from its team server: gateway.fleet.policyKeys names nobody',
        },
      },
    ],
    'denied by policy: not here',
    { ...ran, offered: 4, refused: { version: 4, why: 'it is older than policy 5, which runs' } },
    { ...ran, offered: 6, refused: { version: null, why: 'its text is not the one that was signed' } },
    {
      ...ran,
      offered: 7,
      refused: { version: null, why: 'it is signed by none of the keys in gateway.fleet.policyKeys' },
    },
    { ...ran, offered: 8, refused: { version: 8, why: expect.stringContaining('policy 8 of the fleet:2:') } },
  ]);
}, 60_000);

test('a gateway that is started anew holds nothing of before, and runs the policy it took while the server is away', async () => {
  const kept = join(one.folder, 'spool/fleet/policy.json');
  await one.gateway.close();
  await fleet.seen(lea, { 'gw-1': 'away', 'gw-2': 'linked' });
  const [gone] = read(FleetView, await lea.ask('GET', '/api/fleet')).gateways;
  fleet.way.cut();
  const again = await fleet.gateway('gw-1', { fleet: 'policyKeys: ../signing.pub' });
  const denied = await deleting(again);
  await again.gateway.close();
  writeFileSync(kept, readFileSync(kept, 'utf8').replace('effect: deny', 'effect: allow'));
  const tampered = await fleet.gateway('gw-1', { fleet: 'policyKeys: ../signing.pub' });
  const told = tampered.lines.find((line) => line.includes('fleet.refused'));
  expect([gone?.why, denied, await deleting(tampered), told]).toEqual([
    'the gateway is shutting down',
    'denied by policy: not here',
    'relation "nothing" does not exist',
    expect.stringContaining('good no more'),
  ]);
}, 40_000);
