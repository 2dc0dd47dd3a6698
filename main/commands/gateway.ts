/** `auditorium gateway`: the gateway, headless, until it is told to end. */
import { destination, pino } from 'pino';
import { readConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/gateway.ts';
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
  const config = await readConfig(path, process.env);
  // Written at once, so that the last lines of a process that dies are there.
  const log = pino({ level: process.env['AUDITORIUM_LOG'] ?? 'info' }, destination({ dest: 2, sync: true }));
  const running = await startGateway(config, { log, software: `auditorium/${version}` });
  try {
    const { listen, archive, issuer } = running;
    const address = `${listen.host}:${listen.port}`;
    const issued = issuer === undefined ? {} : { issuer };
    if (json) printJson({ listen: address, archive, ...issued, pid: process.pid });
    else
      print(
        `gateway listens on ${address}, records to ${archive}${issuer === undefined ? '' : `, issuer ${issuer}`}`,
      );
    await toldToEnd();
  } finally {
    await running.close();
  }
}
