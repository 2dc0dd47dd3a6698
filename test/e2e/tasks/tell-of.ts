/** Prints how long a person waited for what they saw, where it was asked for: see run.ts. */
import type { Took } from './person.ts';

/** Longer than this, ms, is felt. */
const FELT = 300;

export function tellOf(task: string, took: readonly Took[]): void {
  if (process.env['AUDITORIUM_TASKS_TIMES'] === undefined || took.length === 0) return;
  const lines = took.map(
    ({ what, milliseconds }) =>
      `${milliseconds > FELT ? '!' : ' '} ${milliseconds.toFixed(0).padStart(6)} ms  ${what}`,
  );
  process.stdout.write(`${task}\n${lines.join('\n')}\n`);
}
