/**
 * The demo's story, in acts. One service token is shared by four runs of a pipeline; one of them tries to empty a table, and is
 * stopped. The shop goes on around it, a person looks whether the orders are there, and another run waits for a decision.
 */
import { cleanUp } from './cleanup.ts';
import { deploy } from './deploy.ts';
import { dashboard, nightlyReport, smokeTest, stock, support, warehouseSync } from './everyday.ts';
import { exportCustomers } from './export.ts';
import { person } from './person.ts';
import { reprice, type Waiting } from './reprice.ts';
import { DEPLOYER, pause, type Job, type Stage } from './stage.ts';
import { expiredToken, unknownConnection } from './strangers.ts';

/** How many sessions the story leaves in the archive: all have ended but the one that waits. */
export const SESSIONS = 17;

/** What the story leaves behind. */
export interface Played {
  /** The program with which the person came. */
  readonly person: 'psql' | 'pg';
  /** The session that waits for a decision. */
  readonly waiting: Waiting;
}

/** What nobody is to decide on goes on at once: a story that takes longer than this, ms, waits for something. */
const PATIENCE = 120_000;

/** Plays the story. Takes some fifteen seconds. */
export async function playStory(stage: Stage): Promise<Played> {
  const late = AbortSignal.timeout(PATIENCE);
  try {
    return await play({ ...stage, signal: AbortSignal.any([stage.signal, late]) }, stage);
  } catch (cause) {
    if (!late.aborted || stage.signal.aborted) throw cause;
    throw new Error(
      `the story did not end within ${PATIENCE / 1000} s: does a statement wait for approval?`,
      {
        cause,
      },
    );
  }
}

/** `lasting` is the stage for what goes on when the story has ended. */
async function play(stage: Stage, lasting: Stage): Promise<Played> {
  const shared = await stage.token(DEPLOYER);
  const during = async (run: string, more: Partial<Job> = {}) =>
    `${shared},${await stage.jobToken({ ...jobOf(run), ...more })}`;

  await deploy(stage, await during('4711', { ref: 'refs/tags/v1.8.0' }));

  await together([
    dashboard(stage, 4),
    nightlyReport(stage),
    exportCustomers(stage, await during('4712')),
    after(stage, 300, () => smokeTest(stage, shared)),
    after(stage, 500, () => stock(stage)),
    after(stage, 700, () => support(stage)),
    after(stage, 900, () => warehouseSync(stage)),
    after(stage, 1100, () => expiredToken(stage)),
  ]);

  await together([cleanUp(stage, await during('4713')), after(stage, 400, () => dashboard(stage, 2))]);

  await together([
    dashboard(stage, 3),
    after(stage, 200, () => unknownConnection(stage)),
    after(stage, 700, () => stock(stage)),
  ]);
  const program = await person(stage);
  await dashboard(stage, 1);
  // It is to be there for as long as somebody may take to look at it.
  const waiting = await reprice(lasting, await during('4714', { expires: '1h' }));
  return { person: program, waiting };
}

function jobOf(run: string): Job {
  return {
    provider: 'github',
    run,
    job: '1',
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    actor: 'renovate[bot]',
    expires: '5m',
  };
}

async function after(stage: Stage, milliseconds: number, act: () => Promise<void>): Promise<void> {
  await pause(stage, milliseconds);
  await act();
}

/** Waits for all, also when one fails, so that no session is left half played; then throws the first failure. */
async function together(acts: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(acts)).find((act) => act.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
