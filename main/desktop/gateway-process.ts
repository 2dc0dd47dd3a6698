/**
 * The process of the gateway that the desktop app runs, started by utility-gateway.ts: agents lose their connections when it ends,
 * so it shares nothing with windows, and ends its sessions in order when it is told to.
 */
import { hearParent, tellParent } from '../../gateway/archive/parent.ts';
import { readConfig, type Secrets } from '../../gateway/config.ts';
import { leaveSoon, openLog, startGateway, type Gateway } from '../../gateway/gateway.ts';
import { noteOwnGateway } from '../own-gateway.ts';
import { packageOf } from '../package.ts';
import type { FromGateway, GatewayAsked, ToGateway } from './gateway-protocol.ts';

let running: Gateway | null = null;
/** Who waits for secrets, in the order they asked. */
const waiting: PromiseWithResolvers<Secrets>[] = [];

process.once('disconnect', () => void leave(false));
hearParent((message: ToGateway) => {
  if ('stop' in message) void leave(true);
  else if ('secrets' in message) waiting.shift()?.resolve(message.secrets);
  else if ('noSecrets' in message) waiting.shift()?.reject(new Error(message.noSecrets));
  else void start(message.start).catch((error: unknown) => giveUp(error));
});

async function start({ config: path, key }: GatewayAsked): Promise<void> {
  const read = async () => readConfig(path, process.env, await secrets());
  const config = await read();
  const level = process.env['AUDITORIUM_LOG'] ?? config.gateway.log.level;
  const log = openLog(level, { write: (line) => tell({ line: line.trimEnd() }) });
  const { version } = packageOf(import.meta.dirname);
  const gateway = await startGateway(config, {
    log,
    software: `auditorium/${version}`,
    reread: read,
    ...(key === null ? {} : { key }),
  });
  running = gateway;
  await noteOwnGateway(config, process.env);
  void gateway.failed.then((error) => giveUp(error));
  tell({ ready: true });
}

function secrets(): Promise<Secrets> {
  const asked = Promise.withResolvers<Secrets>();
  waiting.push(asked);
  tell({ wants: 'secrets' });
  return asked.promise;
}

function giveUp(error: unknown): void {
  tell({ failed: error instanceof Error ? error.message : String(error) });
  leaveSoon(); // a disk that hangs would keep it
  void leave(false);
}

/** Ends its sessions; with `drain` busy ones get their time. */
async function leave(drain: boolean): Promise<void> {
  await running?.close({ drain }).catch(() => undefined);
  process.exit();
}

function tell(message: FromGateway): void {
  tellParent(message);
}
