/** Runs jobs as runners of GitHub and GitLab do: a shell a step, and actions/github-script by a `core` of our own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** How a command ended, and what it said. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Place {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const Step = z.object({
  run: z.string().optional(),
  with: z.object({ script: z.string() }).optional(),
});
const Workflow = z.object({
  env: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), z.object({ steps: z.array(Step) })),
});

/** Runs a script as runners do. */
export async function bash(script: string, { cwd, env }: Place): Promise<Ran> {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit').then((ended) => z.tuple([z.int(), z.null()]).parse(ended)),
  ]);
  return { status, stdout, stderr };
}

/** Runs the steps of a job one after the other, what `place` sets above what the workflow does; the last is what counts. */
export async function runWorkflow(
  workflow: unknown,
  job: string,
  place: Place,
): Promise<Ran & { readonly secrets: readonly string[] }> {
  const { env: written, jobs } = Workflow.parse(workflow);
  const env = { ...written, ...place.env };
  const secrets: string[] = [];
  let last: Ran = { status: -1, stdout: '', stderr: 'the job has no step that runs anything' };
  for (const step of jobs[job]?.steps ?? []) {
    if (step.with !== undefined) await runScript(step.with.script, env, secrets);
    if (step.run !== undefined) last = await bash(step.run, { ...place, env });
  }
  for (const [, secret = ''] of last.stdout.matchAll(/^::add-mask::(.*)$/gm)) secrets.push(secret);
  return { ...last, secrets };
}

/** What actions/github-script does: `core` as of @actions/core, which asks the same endpoint as curl does. */
async function runScript(script: string, env: Record<string, string>, secrets: string[]): Promise<void> {
  const core = {
    async getIDToken(audience: string) {
      const url = `${env['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=${encodeURIComponent(audience)}`;
      const headers = { authorization: `Bearer ${env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` };
      return z.object({ value: z.string() }).parse(await (await fetch(url, { headers })).json()).value;
    },
    setSecret: (secret: string) => void secrets.push(secret),
    exportVariable: (name: string, value: string) => void (env[name] = value),
  };
  const AsyncFunction = runScript.constructor as new (
    ...words: string[]
  ) => (own: typeof core) => Promise<void>;
  await new AsyncFunction('core', script)(core);
}
