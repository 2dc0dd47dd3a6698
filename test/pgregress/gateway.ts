/** The gateway as users run it, in front of a cluster: `auditorium gateway` with the development issuer. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readPeakRss } from '../../bench/cpu.ts';
import { startTied } from '../../bench/tied.ts';
import type { Cluster } from './cluster.ts';
import { run } from './command.ts';

export interface RecordingGateway extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  /** The folder of volumes; whole once the gateway has ended. */
  readonly archive: string;
  /** The most memory it ever had resident, bytes. */
  peakRss(): number | null;
}

/** What the gateway prints when it is ready. */
const Ready = z.object({ listen: z.string(), pid: z.number() });

const CLI = join(import.meta.dirname, '../../main/cli.ts');

/** Starts one whose connections are the given databases, by their own names. */
export async function startRecordingGateway(
  folder: string,
  cluster: Cluster,
  databases: readonly string[],
): Promise<RecordingGateway> {
  await mkdir(folder);
  const config = join(folder, 'auditorium.yaml');
  await writeFile(config, configuration(folder, cluster, databases));
  const env = {
    ...process.env,
    AUDITORIUM_HOME: folder,
    AUDITORIUM_LOG: 'silent',
    PASSWORD: cluster.password,
  };
  const gateway = await startTied(process.execPath, [CLI, 'gateway', '--config', config, '--json'], { env });
  try {
    const ready = Ready.parse(JSON.parse(await gateway.line()));
    const mint = [CLI, 'token', '--config', config, '--sub', 'pg_regress', '--expires', '8h'];
    const token = (await run(process.execPath, mint, { env })).trim();
    const [host = '', port] = ready.listen.split(':');
    return {
      host,
      port: Number(port),
      token,
      archive: join(folder, 'archive'),
      peakRss: () => readPeakRss(ready.pid),
      [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
    };
  } catch (error) {
    await gateway[Symbol.asyncDispose]();
    throw error;
  }
}

function configuration(folder: string, cluster: Cluster, databases: readonly string[]): string {
  const connections = databases.map(
    (database) => `  - name: ${database}
    host: ${cluster.host}
    port: ${cluster.port}
    database: ${database}
    user: ${cluster.user}
    password: { env: PASSWORD }
    sslmode: disable
`,
  );
  return `gateway:
  listen: 127.0.0.1:0
  mode: observe
  spool: { dir: ${folder}/spool, limit: 8GiB }
archive: ${folder}/archive
issuers:
  - { name: dev, profile: development }
connections:
${connections.join('')}`;
}
