/**
 * A policy that is offered to gateways by a server: its text, and beside it a signed note (C2SP signed-note) of somebody whose key
 * the gateways pin. The server passes both on and can make neither.
 */

/** The name of the key, in its signature lines. */
export const POLICY_SIGNER = 'auditorium.local/fleet/policy';

/** For every gateway that has none of its own. */
export const EVERY_GATEWAY = '*';

/** What is signed. */
export interface SignedPolicy {
  /** A gateway's name, or {@link EVERY_GATEWAY}. */
  readonly gateway: string;
  /** Only grows: a gateway goes back to none before. ms since 1970 when it was signed. */
  readonly version: number;
  /** Of the text, hex. */
  readonly sha256: string;
}

/** The text of the note, its last newline included. */
export function policyNoteText({ gateway, version, sha256 }: SignedPolicy): string {
  return `${POLICY_SIGNER}\n${gateway}\n${version}\n${sha256}\n`;
}

/** What a note's text says; null when it says something else. */
export function readPolicyNote(text: string): SignedPolicy | null {
  const [signer, gateway = '', version = '', sha256 = '', ...rest] = text.split('\n');
  const isOne = signer === POLICY_SIGNER && rest.length === 1 && rest[0] === '';
  if (!isOne || !/^\d{1,15}$/.test(version) || !/^[0-9a-f]{64}$/.test(sha256)) return null;
  return { gateway, version: Number(version), sha256 };
}
