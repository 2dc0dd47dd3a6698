/** The demo's gateway: a process of its own, as in earnest, that ends when its channel to the demo does. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { LEAN_ENVIRONMENT, LEAN_FLAGS } from '../lean.ts';
import type { DemoPlaces } from './configuration.ts';

/** A running gateway. */
export interface GatewayProcess extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** URL of its development issuer. */
  readonly issuer: string;
  /** The public key that its archive is signed with, PEM. */
  readonly key: string;
  /** Settles when it has ended, asked to or not. */
  readonly lost: Promise<void>;
  /** Ends it in order: what it recorded is in the archive then. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The command line, beside this folder in a checkout and beside the bundle once built. */
const CLI = new URL(import.meta.url.endsWith('.ts') ? '../cli.ts' : './cli.js', import.meta.url);

/** How long it may take to drain and ship before it is ended by force, ms. */
const PATIENCE = 8000;

/** A gateway that ended before it was ready, in its own words. */
export class GatewayNotStarted extends Error {
  /** PORT_TAKEN: what another port mends. */
  readonly code: 'PORT_TAKEN' | 'FAILED';
  constructor(said: string) {
    super(`the gateway does not start: ${said}`);
    this.name = 'GatewayNotStarted';
    this.code = said.includes(' PORT_TAKEN: ') ? 'PORT_TAKEN' : 'FAILED';
  }
}

const Ready = z.object({ listen: z.string(), issuer: z.string(), key: z.string() });

/** Starts `auditorium gateway` on the demo's configuration; throws {@link GatewayNotStarted}. */
export async function startGatewayProcess(
  places: DemoPlaces,
  shopPassword: string,
  signal: AbortSignal,
): Promise<GatewayProcess> {
  const log = await open(places.log, 'a', 0o600);
  const child = fork(CLI, ['gateway', '--config', places.config, '--json'], {
    // Out of the terminal's reach: a Ctrl-C is the demo's to act on, in order.
    detached: true,
    execArgv: [...LEAN_FLAGS],
    env: { ...process.env, ...LEAN_ENVIRONMENT, SHOP_PASSWORD: shopPassword },
    stdio: ['ignore', 'pipe', log.fd, 'ipc'],
  });
  await log.close();
  const exited = once(child, 'exit');
  const stop = () => stopProcess(child, exited);
  const line = await firstLine(child, exited, signal);
  if (line === null) {
    child.kill(); // it has nothing to finish yet
    await stop();
    signal.throwIfAborted();
    throw new GatewayNotStarted(await lastLine(places.log));
  }
  const { listen, issuer, key } = Ready.parse(JSON.parse(line));
  const [host = '', port] = listen.split(':');
  return {
    host,
    port: Number(port),
    issuer,
    key,
    lost: exited.then(() => undefined),
    [Symbol.asyncDispose]: stop,
  };
}

/** Null when it ended, or was to end, before it said anything. */
async function firstLine(
  child: ChildProcess,
  exited: Promise<unknown>,
  signal: AbortSignal,
): Promise<string | null> {
  if (child.stdout === null || signal.aborted) return null;
  const lines = createInterface({ input: child.stdout });
  const said = new Promise<string>((resolve) => lines.once('line', resolve));
  const aborted = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null)));
  return Promise.race([said, aborted, exited.then(() => null)]);
}

async function stopProcess(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.connected) child.disconnect();
  const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await exited;
  clearTimeout(force);
}

async function lastLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  return text.trim().split('\n').at(-1) ?? 'it said nothing';
}
