/** `auditorium fleet`: writes the files of a fleet, which the running server sees within seconds. */
import { readFileSync } from 'node:fs';
import { sha256 } from '../../gateway/archive/ed25519.ts';
import { publicKeyPath, readOrMakeKey } from '../../gateway/archive/key-file.ts';
import { readFleetFolder } from '../../gateway/config.ts';
import { parsePolicy } from '../../gateway/policy/reading.ts';
import { GatewayName } from '../../shared/fleet/messages.ts';
import { EVERY_GATEWAY, POLICY_SIGNER, policyNoteText } from '../../shared/fleet/policy.ts';
import { ED25519, signNote } from '../../shared/recording/note.ts';
import { CommandError } from '../failure.ts';
import { EnrolledGateways } from '../fleet/enrolled.ts';
import { digestOf, Offers, putOffer } from '../fleet/offers.ts';
import { note, print, printJson } from '../terminal.ts';
import { userName } from '../user-name.ts';

interface Flags {
  readonly config: string;
  readonly json: boolean;
}

/** Prints the secret, alone on standard output. */
export async function addGateway(
  name: string,
  { config, newSecret, json }: Flags & { readonly newSecret: boolean },
): Promise<void> {
  const enrolled = new EnrolledGateways(await readFleetFolder(config));
  const secret = enrolled.add(named(name), { by: userName(), now: Date.now(), again: newSecret });
  if (json) return printJson({ name, secret });
  print(secret);
  note(
    `${name} may dial with this secret, in its gateway.fleet.secret; it is shown here alone, and kept nowhere`,
  );
}

export async function listGateways({ config, json }: Flags): Promise<void> {
  const folder = await readFleetFolder(config);
  const offers = new Offers(folder);
  const gateways = new EnrolledGateways(folder).list();
  for (const { name, added, by } of gateways) {
    const offer = offers.of(name);
    const policy = offer?.version ?? null;
    if (json) printJson({ name, added, by, policy });
    else {
      const since = new Date(added).toISOString().slice(0, 10);
      print(
        `${name}\tadded ${since} by ${by}\t${offer === null ? 'no policy' : `policy ${policy ?? 'without a signature'}`}`,
      );
    }
  }
  if (gateways.length === 0 && !json)
    note(`no gateway may dial: auditorium fleet add NAME --config ${config}`);
}

export async function removeGateway(name: string, { config }: Pick<Flags, 'config'>): Promise<void> {
  new EnrolledGateways(await readFleetFolder(config)).remove(name);
  note(`${name} may dial no more`);
}

/** A policy that no gateway could use is not signed. */
export async function offerPolicy(
  file: string,
  { config, key, gateway = EVERY_GATEWAY, json }: Flags & { readonly key: string; readonly gateway?: string },
): Promise<void> {
  const folder = await readFleetFolder(config);
  if (gateway !== EVERY_GATEWAY) named(gateway);
  const text = readText(file);
  parsePolicy(text, file);
  const { signer } = readOrMakeKey(key);
  const version = Date.now();
  const signed = policyNoteText({ gateway, version, sha256: digestOf(text) });
  const signingKey = { name: POLICY_SIGNER, type: ED25519, key: signer.publicKey } as const;
  const path = putOffer(folder, gateway, { text, note: signNote(sha256, signed, signingKey, signer.sign) });
  if (json) return printJson({ gateway, version, path, key: publicKeyPath(key) });
  note(
    `policy ${version} is offered (${path}); gateways take it that name ${publicKeyPath(key)} in gateway.fleet.policyKeys`,
  );
}

function named(name: string): string {
  if (GatewayName.safeParse(name).success) return name;
  throw new CommandError(
    'BAD_USAGE',
    `${name} is no name of a gateway: 1 to 63 letters, digits, dots, hyphens and underscores, a letter or digit first`,
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('POLICY_UNREADABLE', `${file} cannot be read (${why})`, { cause });
  }
}
