/** `auditorium gateway`: the gateway, headless, until it is told to end or can record no more. */
import { readConfig } from '../../gateway/config.ts';
import { leaveSoon, openLog, startGateway } from '../../gateway/gateway.ts';
import { noteOwnGateway } from '../own-gateway.ts';
import { packageOf } from '../package.ts';
import { toldToEnd } from '../shutdown.ts';
import { print, printJson } from '../terminal.ts';

export interface GatewayCommandOptions {
  readonly config: string;
  /** The ready line as JSON. */
  readonly json: boolean;
}

export async function gateway({ config: path, json }: GatewayCommandOptions): Promise<void> {
  const { version } = packageOf(import.meta.dirname);
  const read = () => readConfig(path, process.env);
  const config = await read();
  const log = openLog(process.env['AUDITORIUM_LOG'] ?? config.gateway.log.level);
  const starting = startGateway(config, { log, software: `auditorium/${version}`, reread: read });
  const running = await starting.catch((error: unknown) => {
    leaveSoon(); // a disk that hangs would keep it, and who supervises it can start it again only once it is gone
    throw error;
  });
  // What came of it is in the log.
  process.on('SIGHUP', () => void running.reload().catch(() => {}));
  let ended: 'signal' | 'orphaned' | Error = 'orphaned';
  try {
    const { listen, archive, key, issuer } = running;
    await noteOwnGateway(config, process.env);
    const address = `${listen.host}:${listen.port}`;
    const issued = issuer === undefined ? {} : { issuer };
    if (json) printJson({ listen: address, archive, key, ...issued, pid: process.pid });
    else
      print(
        `gateway listens on ${address}, records to ${archive}, signs with the key of ${config.gateway.key}.pub${issuer === undefined ? '' : `, issuer ${issuer}`}`,
      );
    const told = toldToEnd({ signals: ['SIGINT', 'SIGTERM'], again: () => running.hurry() });
    ended = await Promise.race([told, running.failed]);
    if (ended instanceof Error) leaveSoon();
  } finally {
    await running.close({ drain: ended === 'signal' });
  }
  if (ended instanceof Error) throw ended;
}
