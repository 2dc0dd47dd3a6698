/** Where the tasks are done: a demo that runs, one window on it, and agents that come to its gateway meanwhile. */
import { copyFile, link, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { placesIn } from '../../../main/demo/configuration.ts';
import type { Job } from '../../../main/demo/story/stage.ts';
import { tokensOf } from '../../../main/demo/tokens.ts';
import { visit } from '../browser.ts';
import { demoHome, startDemo, temporaryFolderOf, type DemoProcess, type Ready } from '../demo-process.ts';
import { startProgram, type AtEnd } from '../program.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** A folder whose volumes are to lie beside the demo's; see run.ts. */
const VOLUMES = process.env['AUDITORIUM_TASKS_VOLUMES'];

const Opened = z.object({ url: z.url() });

export interface Stage {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly archive: string;
  /** Names of volumes in it that are not the demo's. */
  readonly others: readonly string[];
  /** The public key of the demo's gateway, PEM. */
  readonly key: string;
  /** Where what is written meanwhile may lie. */
  readonly folder: string;
  /** An agent on the connection `shop`, as this subject, in this job where one is given. Whoever asks ends it. */
  agent(subject: string, job?: Pick<Job, 'run'>): Promise<pg.Client>;
  /** Opens another archive in the same browser. */
  open(archive: string): Promise<Page>;
  /** Ends the demo in order: its archive is closed then. */
  endDemo(): Promise<void>;
}

/** Starts the demo and opens its window. */
export async function setStage(atEnd: AtEnd): Promise<Stage> {
  const home = await demoHome(atEnd);
  const demo = startDemo(home, 'directly', atEnd);
  const ready = await demo.ready();
  const places = placesIn(dirname(ready.archive));
  const env = { ...process.env, AUDITORIUM_HOME: home, TMPDIR: temporaryFolderOf(home) };
  const openAnother = async (archive: string, ...options: string[]): Promise<string> => {
    const flags = ['--json', '--browser', '--no-open', ...options];
    const program = startProgram([process.execPath, join(ROOT, 'main/cli.ts'), 'open', archive, ...flags], {
      cwd: ROOT,
      env,
      atEnd,
    });
    return Opened.parse(await program.readyLine()).url;
  };
  const others = VOLUMES === undefined ? [] : await putBeside(VOLUMES, ready.archive);
  const url = VOLUMES === undefined ? ready.url : await openAnother(ready.archive, '--config', places.config);
  const { page, complaints } = await visit(url, atEnd);
  await isShown(page);
  return {
    page,
    complaints,
    archive: ready.archive,
    others,
    key: ready.key,
    folder: home,
    agent: agentsOf(ready, places.spool),
    open: async (archive) => {
      const other = await page.context().browser()?.newPage({ viewport: page.viewportSize() });
      if (other === undefined) throw new Error('the browser is closed');
      await other.goto(await openAnother(archive));
      await isShown(other);
      return other;
    },
    endDemo: () => ended(demo),
  };
}

/** The one-time token of a URL is spent, and the list is there. */
async function isShown(page: Page): Promise<void> {
  await page.getByTestId('session-row').first().waitFor();
}

/** Sealed volumes are never written again and are linked; what is not sealed is copied. */
async function putBeside(volumes: string, archive: string): Promise<string[]> {
  const names = await readdir(volumes);
  for (const name of names) {
    const sealed = name.endsWith('.seal') || names.includes(`${name}.seal`);
    const put = sealed ? link : copyFile;
    await put(join(volumes, name), join(archive, name)).catch(async (cause: NodeJS.ErrnoException) => {
      // Another file system takes no links.
      if (cause.code !== 'EXDEV') throw cause;
      await copyFile(join(volumes, name), join(archive, name));
    });
  }
  return names;
}

function agentsOf({ listen }: Ready, spool: string): Stage['agent'] {
  const tokens = tokensOf(spool);
  const [host = '', port = ''] = listen.split(':');
  return async (subject, job) => {
    const own = await tokens.token({ subject, client: subject, groups: ['ci-agents'] });
    const password = job === undefined ? own : `${own},${await tokens.jobToken(jobOf(job.run))}`;
    const client = new pg.Client({ host, port: Number(port), user: 'agent', password, database: 'shop' });
    // A session that is ended from elsewhere has nobody else to tell.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
}

function jobOf(run: string): Job {
  return {
    provider: 'github',
    run,
    job: 'nightly',
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    actor: 'schedule',
    expires: '5m',
  };
}

async function ended(demo: DemoProcess): Promise<void> {
  demo.process.kill('SIGINT');
  await demo.ended;
}
