/** A gateway as a process of the desktop app, which hands it its key: what main/gateway-config/gateway-child.ts is elsewhere. */
import { startChild } from '../../gateway/archive/child.ts';
import type { Secrets } from '../../gateway/config.ts';
import type { ChildEvents, GatewayChild } from '../gateway-config/gateway-runner.ts';
import type { FromGateway, ToGateway } from './gateway-protocol.ts';

/** How long it may take to end its sessions before it is ended by force, ms. */
const PATIENCE_MS = 40_000;

/** What it is handed, and never written down on the way. */
export interface Handed {
  /** What it signs with, PEM; null where that lies in a file. */
  readonly key: Promise<string | null>;
  /** What its configuration names of a keychain. */
  readonly secrets: () => Promise<Secrets>;
}

/** What goes wrong is told by `exited`. */
export function utilityGateway(
  entry: string,
  config: string,
  { key, secrets }: Handed,
  events: ChildEvents,
): GatewayChild {
  const stopped = Promise.withResolvers<void>();
  const run = async (): Promise<string> => {
    const held = await key;
    const child = startChild(entry, []);
    // That it is gone is told by its exit.
    const tell = (message: ToGateway): void => void child.send(message, () => undefined);
    let reason: string | null = null;
    child.on('message', (told: FromGateway) => {
      if ('ready' in told) events.ready();
      else if ('line' in told) events.line(told.line);
      else if ('wants' in told)
        secrets().then(
          (opened) => tell({ secrets: opened }),
          (error: unknown) => tell({ noSecrets: wordsOf(error) }),
        );
      else events.line((reason = told.failed));
    });
    const exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (status) => resolve(reason ?? `it ended with status ${status ?? '?'}`));
    });
    tell({ start: { config, key: held } });
    void stopped.promise.then(() => {
      tell({ stop: true });
      const force = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      return exited.then(() => clearTimeout(force));
    });
    return exited;
  };
  return {
    exited: run().catch(wordsOf),
    stop: () => stopped.resolve(),
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
