/** `auditorium gateway` as users run it, with all that it says kept. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const CLI = join(import.meta.dirname, '../../main/cli.ts');

const Ready = z.object({ listen: z.string(), archive: z.string(), issuer: z.string() });

export interface GatewayRun extends AsyncDisposable {
  readonly port: number;
  readonly archive: string;
  readonly issuer: string;
  /** What it printed and logged so far. */
  said(): Buffer;
  /** Resolves once it has ended by the signal. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts it; rejects with what it said when it does not start. */
export async function runGateway(config: string, env: NodeJS.ProcessEnv): Promise<GatewayRun> {
  const child = fork(CLI, ['gateway', '--config', config, '--json'], { env, execArgv: [], silent: true });
  const exited = once(child, 'exit');
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk));
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await exited;
  };
  if (child.stdout === null) throw new Error('the gateway has no output');
  const line = once(createInterface({ input: child.stdout }), 'line');
  const first: unknown[] | null = await Promise.race([line, exited.then(() => null)]);
  if (first === null) throw new Error(Buffer.concat(said).toString());
  const { listen, archive, issuer } = Ready.parse(JSON.parse(String(first[0])));
  return {
    port: Number(listen.split(':').at(-1)),
    archive,
    issuer,
    said: () => Buffer.concat(said),
    end,
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  };
}
