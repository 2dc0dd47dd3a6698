/**
 * The policy that a team server passes on: taken only with a signature of a key that the configuration pins, never an older one,
 * and kept beside the spool, so that a gateway which starts while the server is away runs what it ran.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVERY_GATEWAY, POLICY_SIGNER, readPolicyNote, type SignedPolicy } from '../shared/fleet/policy.ts';
import { checkSignature, ED25519, type NoteKey, parseNote } from '../shared/recording/note.ts';
import { sha256, verifyEd25519 } from './archive/ed25519.ts';
import { readPublicKeys } from './archive/key-file.ts';
import type { Config } from './config.ts';
import type { PolicyText } from './config-policy.ts';
import { ControlError } from './control-schema.ts';
import { parsePolicy } from './policy/reading.ts';

/** A policy whose signature was verified. */
export interface FleetPolicy {
  readonly version: number;
  readonly text: string;
  readonly note: string;
}

const FILE = 'policy.json';

/** Where a gateway keeps what its team server passed on. */
function folderOf({ gateway }: Config): string {
  return join(gateway.spool.dir, 'fleet');
}

/** Whose policies are taken; empty: nobody's. Throws KeyError. */
function keysOf({ gateway: { fleet } }: Config): Uint8Array[] {
  return fleet?.policyKeys === undefined ? [] : readPublicKeys(fleet.policyKeys);
}

/** Who signed a policy for this gateway. Throws {@link ControlError}. */
export function verifiedPolicy(
  config: Config,
  { text, note }: Pick<FleetPolicy, 'text' | 'note'>,
): FleetPolicy {
  const refuse = (why: string) => new ControlError('FORBIDDEN', why);
  const keys = keysOf(config);
  if (keys.length === 0)
    throw refuse(
      'this gateway takes no policies from its team server: gateway.fleet.policyKeys names nobody',
    );
  const parsed = parseNote(note);
  const signed = parsed === null ? null : readPolicyNote(parsed.text);
  if (parsed === null || signed === null) throw refuse('what was offered is no signed policy');
  const isGood = keys.some((key) => {
    const signer: NoteKey = { name: POLICY_SIGNER, type: ED25519, key };
    return checkSignature(parsed, signer, { sha256, verify: verifyEd25519 }).result === 'good';
  });
  if (!isGood) throw refuse('it is signed by none of the keys in gateway.fleet.policyKeys');
  expectMeant(signed, text, config.gateway.fleet?.name ?? '');
  return { version: signed.version, text, note };
}

function expectMeant({ gateway, sha256: hash }: SignedPolicy, text: string, own: string): void {
  if (Buffer.from(sha256(Buffer.from(text))).toString('hex') !== hash)
    throw new ControlError('FORBIDDEN', 'its text is not the one that was signed');
  if (gateway !== EVERY_GATEWAY && gateway !== own)
    throw new ControlError('FORBIDDEN', `it was signed for the gateway ${gateway}`);
}

/** What was taken last; null: nothing, or it is not good any more: its key is pinned no longer, or somebody changed it. */
export function keptPolicy(config: Config): FleetPolicy | null {
  let kept: unknown;
  try {
    kept = JSON.parse(readFileSync(join(folderOf(config), FILE), 'utf8'));
  } catch {
    return null;
  }
  if (typeof kept !== 'object' || kept === null || !('text' in kept) || !('note' in kept)) return null;
  const { text, note } = kept;
  if (typeof text !== 'string' || typeof note !== 'string') return null;
  try {
    return verifiedPolicy(config, { text, note });
  } catch (error) {
    if (error instanceof ControlError) return null;
    throw error;
  }
}

/** Whether something was taken that {@link keptPolicy} does not give. */
export function isUnusable(config: Config): boolean {
  return existsSync(join(folderOf(config), FILE)) && keptPolicy(config) === null;
}

export function keepPolicy(config: Config, { text, note }: FleetPolicy): void {
  const folder = folderOf(config);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  writeFileSync(`${path}.new`, JSON.stringify({ text, note }), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

/** What faults in it are told of. */
export function policyTextOf({ version, text }: FleetPolicy): PolicyText {
  return { file: `policy ${version} of the fleet`, text };
}

/** The configuration with a policy in place of its own. Throws PolicyError where that cannot be used. */
export function withPolicyText(config: Config, policy: PolicyText): Config {
  const { mode } = parsePolicy(policy.text, policy.file);
  return { ...config, policy, gateway: { ...config.gateway, mode } };
}

/** The configuration with the policy that came by the link, where one did. */
export function withKeptPolicy(config: Config): Config {
  const kept = config.gateway.fleet === undefined ? null : keptPolicy(config);
  return kept === null ? config : withPolicyText(config, policyTextOf(kept));
}
