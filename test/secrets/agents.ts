/** Agents that put secrets wherever a client can: in their log-in, their statements, their parameters. */
import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { parse, serialize } from 'pg-protocol';

export interface Agent {
  readonly port: number;
  readonly user?: string;
  readonly database?: string;
  readonly password: string;
  readonly applicationName?: string;
  readonly options?: string;
  readonly tls?: boolean;
}

/** Connects and runs statements, a text or text and parameters each; errors are what some of them are for. */
export async function run(agent: Agent, statements: readonly (string | [string, string[]])[]): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: agent.port,
    user: agent.user ?? 'agent',
    database: agent.database ?? 'shop',
    password: agent.password,
    application_name: agent.applicationName ?? 'agent',
    ...(agent.options === undefined ? {} : { options: agent.options }),
    ...(agent.tls === true ? { ssl: { rejectUnauthorized: false } } : {}),
  });
  client.on('error', () => undefined);
  await client.connect();
  for (const statement of statements) {
    const [text, values] = typeof statement === 'string' ? [statement, undefined] : statement;
    await client.query(text, values).catch(() => undefined);
  }
  await client.end();
}

/** A log-in that fails; resolves to the SQLSTATE. */
export async function refused(agent: Agent): Promise<string> {
  try {
    await run(agent, []);
    return 'let in';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}

/** Logs in by OAUTHBEARER; resolves to the SQLSTATE of the refusal, or 'let in'. */
export async function bearer(port: number, token: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    const options = '-c auditorium.authentication=oauthbearer';
    socket.write(serialize.startup({ user: 'agent', database: 'shop', options }));
    const initial = `n,,\x01auth=Bearer ${token}\x01\x01`;
    const { promise, resolve } = Promise.withResolvers<string>();
    void parse(socket, (message) => {
      if (message.name === 'authenticationSASL')
        socket.write(serialize.sendSASLInitialResponseMessage('OAUTHBEARER', initial));
      if (message.name === 'authenticationSASLContinue')
        socket.write(serialize.sendSCRAMClientFinalMessage('\x01'));
      if (message.name === 'error' && 'code' in message) resolve(String(message.code));
      if (message.name === 'readyForQuery') resolve('let in');
    });
    socket.once('close', () => resolve('closed'));
    return await promise;
  } finally {
    socket.destroy();
  }
}
