/** The place of the control API's socket: its owner's alone, and taken over from a gateway that died. */
import { lstatSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { MAX_SOCKET_PATH_BYTES } from './control-path.ts';
import { GatewayError } from './gateway-error.ts';

/** Who may change what lies in the folder: nobody but its owner. */
const OTHERS_WRITE = 0o022;

/** Makes the place ready to be listened on; returns what removes the socket. Throws {@link GatewayError}. */
export async function claimControlPath(path: string): Promise<() => void> {
  if (process.platform === 'win32') return () => {}; // a named pipe goes with its process
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new GatewayError(
      'CONTROL_UNSAFE',
      `gateway.control: ${path} is too long for a socket; name a path of at most ${MAX_SOCKET_PATH_BYTES} bytes`,
    );
  }
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = statSync(folder);
  if ((mode & OTHERS_WRITE) !== 0 || (uid !== process.getuid?.() && uid !== 0)) {
    throw new GatewayError(
      'CONTROL_UNSAFE',
      `gateway.control: others may write to ${folder}; run: chmod go-w ${folder}, or name a path elsewhere`,
    );
  }
  await removeStale(path);
  return () => rmSync(path, { force: true });
}

/** A socket that nobody answers on was left by a gateway that died. Anything else there is not ours to remove. */
async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket())
    throw new GatewayError('CONTROL_TAKEN', `gateway.control: ${path} is there and is no socket`);
  if (await answers(path))
    throw new GatewayError('CONTROL_TAKEN', `gateway.control: another gateway answers on ${path}`);
  rmSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
