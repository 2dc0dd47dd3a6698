/** The gateway as users run it: `auditorium gateway --config FILE` with the development issuer, a folder of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { IDLE_DATABASE } from './idle-server.ts';
import type { Servers, Target } from './targets.ts';
import { startTied } from './tied.ts';

/** What the gateway prints when it is ready. */
const Ready = z.object({ listen: z.string(), pid: z.number() });

const CLI = join(import.meta.dirname, '../main/cli.ts');

/** How each is set up: what is recorded when, and the policy its sessions are under. */
const SETTINGS = {
  process: { durability: 'process', policy: null },
  intent: { durability: 'intent', policy: null },
  policy: { durability: 'process', policy: 'default' },
  masked: { durability: 'process', policy: './masked.yaml' },
} as const;

/** Masks one column of the big result, keeping about its length. */
const MASKED = `version: 1
rules:
  - { name: addresses, effect: mask, mask: { columns: [public.bulk.email], style: partial } }
`;

/** Starts a gateway that records. */
export async function startGatewayTarget(
  name: keyof typeof SETTINGS,
  { server, idle }: Servers,
  stack: AsyncDisposableStack,
): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), `auditorium-bench-${name}-`));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, 'auditorium.yaml');
  const archive = join(folder, 'archive');
  await writeFile(join(folder, 'masked.yaml'), MASKED);
  await writeFile(config, configuration(name, folder, { server, idle }));
  const env = { ...process.env, AUDITORIUM_HOME: folder, BENCH_PASSWORD: server.password };
  const gateway = stack.use(
    await startTied(process.execPath, [CLI, 'gateway', '--config', config, '--json'], { env }),
  );
  const ready = Ready.parse(JSON.parse(await gateway.line()));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [CLI, 'token', '--config', config, '--sub', 'bench', '--expires', '8h'],
    { env },
  );
  const [host = '', port] = ready.listen.split(':');
  return {
    name,
    address: { host, port: Number(port), database: 'bench', user: 'bench', password: stdout.trim() },
    pid: ready.pid,
    archive,
  };
}

function configuration(name: keyof typeof SETTINGS, folder: string, { server, idle }: Servers): string {
  const { durability, policy } = SETTINGS[name];
  return `gateway:
  listen: 127.0.0.1:0
  durability: ${durability}
  spool: { dir: ${folder}/spool, limit: 8GiB }
archive: ${folder}/archive
issuers:
  - { name: dev, profile: development }
connections:
  - name: bench
    host: ${server.host}
    port: ${server.port}
    database: ${server.database}
    user: ${server.user}
    password: { env: BENCH_PASSWORD }
    sslmode: disable
  - { name: ${IDLE_DATABASE}, host: 127.0.0.1, port: ${idle}, database: idle, user: idle, auth: [none], sslmode: disable }
${policy === null ? '' : `policy: ${policy}\n`}`;
}
