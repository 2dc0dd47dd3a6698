/** Starts the demo's gateway where agents expect it, or as near to it as other programs leave. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { note } from '../terminal.ts';
import { type DemoPlaces, writeConfiguration } from './configuration.ts';
import type { Database } from './database.ts';
import { GatewayNotStarted, type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

/** The port agents expect the gateway on. */
const USUAL_PORT = 6432;

/** More demos than anybody runs side by side. */
const PORTS = 100;

/** Starts it on the usual port, else on the next one that is free, and says so. */
export async function startGateway(
  places: DemoPlaces,
  database: Database,
  shopPassword: string,
  signal: AbortSignal,
): Promise<GatewayProcess> {
  for (let port = await freePortFrom(USUAL_PORT); ; port = await freePortFrom(port + 1)) {
    await writeConfiguration(places, database, port);
    try {
      const gateway = await startGatewayProcess(places, shopPassword, signal);
      if (port !== USUAL_PORT) note(`port ${USUAL_PORT} is taken: the gateway listens on ${port}`);
      return gateway;
    } catch (error) {
      // Another program, a demo most likely, was quicker.
      if (!(error instanceof GatewayNotStarted) || error.code !== 'PORT_TAKEN') throw error;
    }
  }
}

async function freePortFrom(first: number): Promise<number> {
  const beyond = USUAL_PORT + PORTS;
  for (let port = first; port < beyond; port++) if (await isFree(port)) return port;
  throw new Error(`other programs listen on all ports from ${USUAL_PORT} to ${beyond - 1}: stop one`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!free) return false;
  server.close();
  await once(server, 'close');
  return true;
}
