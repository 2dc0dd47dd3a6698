/** `auditorium key show|rotate|pin`: what a gateway signs with, for those who verify. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { publicKeyPem, sha256, signerOf } from '../../gateway/archive/ed25519.ts';
import { KeyError, publicKeyPath, readPublicKeys } from '../../gateway/archive/key-file.ts';
import { replaceKey } from '../../gateway/archive/key-rotation.ts';
import { keysOf, type NamedKey } from '../../gateway/archive/sqlite/key-history.ts';
import { logsIn } from '../../gateway/archive/sqlite/volume-files.ts';
import { readSettings } from '../../gateway/config.ts';
import { RotatedKey } from '../../gateway/control-schema.ts';
import { originOf } from '../../shared/recording/checkpoint.ts';
import { ED25519, printKey } from '../../shared/recording/note.ts';
import { sameHash } from '../../shared/recording/tree.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { isoTime } from '../../gateway/archive/lines/words.ts';
import { CommandError } from '../failure.ts';
import { pinKeys, pinnedText } from '../pinned-keys.ts';
import { note, print, printJson } from '../terminal.ts';
import { ask, type ControlOptions } from './control.ts';
import { userName } from '../user-name.ts';

/** Digits of a key that name it to people. */
const SHORT = 16;

/** Characters of a reason that are told here. */
const LONGEST_REASON = 200;

/** Prints the public key: PEM, or with `vkey` one C2SP verifier key for each log in the archive; then which were before it. */
export async function showKey({
  config,
  vkey,
  json,
}: ControlOptions & { readonly vkey: boolean }): Promise<void> {
  const { gateway, archive } = await readSettings(config);
  const path = publicKeyPath(gateway.key);
  const key = publicKeyIn(path);
  const vkeys = recordedIn(archive, logsIn).map((log) =>
    printKey(sha256, { name: originOf(log), type: ED25519, key }),
  );
  const earlier = recordedIn(archive, keysOf).filter((named) => !sameHash(named.key, key));
  if (json) return printJson({ key: publicKeyPem(key), path, vkeys, earlier: earlier.map(toldKey) });
  if (!vkey) print(publicKeyPem(key).trimEnd());
  else if (vkeys.length === 0)
    note(`nothing is recorded in ${archive} yet: a verifier key is named after its log`);
  else for (const line of vkeys) print(line);
  for (const named of earlier) note(earlierLine(named));
}

/** Of a key that was replaced; whoever trusts it can verify what came after it, too. */
function earlierLine({ key, since, reason }: NamedKey): string {
  const name = Buffer.from(key).toString('hex').slice(0, SHORT);
  return `before it: ${name}, from ${isoTime(since).slice(0, 19)} (UTC) on: ${visibleLine(reason, LONGEST_REASON)}`;
}

function toldKey({ key, since, reason }: NamedKey) {
  return { key: publicKeyPem(key), since: isoTime(since), reason };
}

/** Replaces the key: in the running gateway, or for its next start where none runs. */
export async function rotateKey({
  config,
  reason,
  json,
}: ControlOptions & { readonly reason: string }): Promise<void> {
  const by = userName();
  const rotated = await askRunning(config, { by, reason });
  const { key, settled } = rotated ?? (await rotateStopped(config, `${reason} (${by})`));
  if (json) return printJson({ key, settled });
  print(key.trimEnd());
  if (!settled)
    note(
      'the key before is kept, and signs along, until the gateway was started again and all logs have gone over',
    );
}

/** Trusts the keys in a file from now on. */
export function pinKey(
  file: string,
  { name, json }: { readonly name?: string; readonly json: boolean },
): void {
  const pinned = name ?? basename(file).replace(/\.pub$/, '');
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(pinned))
    throw new CommandError('BAD_USAGE', `${pinned} is no name for a key: give one with --name`);
  readPublicKeys(file); // says what is wrong with the file by its path
  const text = readFileSync(file, 'utf8');
  // All gateways call theirs signing.key.pub: the second must not silently take the place of the first.
  const before = name === undefined ? pinnedText(pinned, process.env) : null;
  if (before !== null && before !== text)
    throw new CommandError(
      'BAD_USAGE',
      `another key is pinned as ${pinned}: give this one a name, as with --name gw-2; --name ${pinned} replaces the other`,
    );
  const path = pinKeys(pinned, text, process.env);
  if (json) printJson({ pinned: path });
  else print(`pinned as ${path}`);
}

/** Null when no gateway runs. */
async function askRunning(
  config: string,
  body: { readonly by: string; readonly reason: string },
): Promise<RotatedKey | null> {
  try {
    return await ask({ config, json: false }, 'POST', '/key', RotatedKey, body);
  } catch (error) {
    if (error instanceof CommandError && error.code === 'GATEWAY_NOT_RUNNING') return null;
    throw error;
  }
}

async function rotateStopped(config: string, reason: string): Promise<RotatedKey> {
  const { gateway } = await readSettings(config);
  const { current } = replaceKey(gateway.key, reason);
  return { key: publicKeyPem(signerOf(current).publicKey), settled: false };
}

function publicKeyIn(path: string): Uint8Array {
  try {
    const [key] = readPublicKeys(path);
    if (key !== undefined) return key;
  } catch (error) {
    if (!(error instanceof KeyError) || error.code !== 'KEY_NOT_FOUND') throw error;
  }
  throw new CommandError(
    'KEY_NOT_FOUND',
    `there is no ${path} yet: the gateway makes it when it first starts`,
  );
}

/** What the archive's folder holds, where there is one yet. */
function recordedIn<T>(archive: string, read: (folder: string) => T[]): T[] {
  try {
    return read(archive);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
