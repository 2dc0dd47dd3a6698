/** `auditorium gateway`: the gateway, headless, until it is told to end. */
import { readConfig } from '../../gateway/config.ts';
import { openLog, startGateway } from '../../gateway/gateway.ts';
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
  const running = await startGateway(config, { log, software: `auditorium/${version}`, reread: read });
  // What came of it is in the log.
  process.on('SIGHUP', () => void running.reload().catch(() => {}));
  let told: 'signal' | 'orphaned' = 'orphaned';
  try {
    const { listen, archive, issuer } = running;
    const address = `${listen.host}:${listen.port}`;
    const issued = issuer === undefined ? {} : { issuer };
    if (json) printJson({ listen: address, archive, ...issued, pid: process.pid });
    else
      print(
        `gateway listens on ${address}, records to ${archive}${issuer === undefined ? '' : `, issuer ${issuer}`}`,
      );
    told = await toldToEnd({ signals: ['SIGINT', 'SIGTERM'], again: () => running.hurry() });
  } finally {
    await running.close({ drain: told === 'signal' });
  }
}
