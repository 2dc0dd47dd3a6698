/** A gateway as a process of the desktop app, which hands it its key: what main/gateway-config/gateway-child.ts is elsewhere. */
import { startChild } from '../../gateway/archive/child.ts';
import type { ChildEvents, GatewayChild } from '../gateway-config/gateway-runner.ts';
import type { FromGateway, ToGateway } from './gateway-protocol.ts';

/** How long it may take to end its sessions before it is ended by force, ms. */
const PATIENCE_MS = 40_000;

/** `key` gives what it signs with, PEM, or null where that lies in a file. What goes wrong is told by `exited`. */
export function utilityGateway(
  entry: string,
  config: string,
  key: Promise<string | null>,
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
    exited: run().catch((error: unknown) => (error instanceof Error ? error.message : String(error))),
    stop: () => stopped.resolve(),
  };
}
