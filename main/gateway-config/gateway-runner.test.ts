import { expect, test } from 'vitest';
import { GatewayRunner, type ChildEvents, type RunnerState } from './gateway-runner.ts';

/** A gateway that does what the test says, and a clock that goes when it says. */
function stage() {
  let now = 0;
  let events: ChildEvents | null = null;
  let exit: (why: string) => void = () => {};
  let due: { readonly at: number; readonly run: () => void } | null = null;
  const told: RunnerState['state'][] = [];
  const runner: GatewayRunner = new GatewayRunner({
    now: () => now,
    after(ms, run) {
      due = { at: now + ms, run };
      return () => (due = null);
    },
    launch(_, given) {
      events = given;
      const { promise, resolve } = Promise.withResolvers<string>();
      exit = resolve;
      return { stop: () => resolve('told to end'), exited: promise };
    },
    changed: () => told.push(runner.state.state),
  });
  return {
    runner,
    told,
    ready: () => events?.ready(),
    say: (line: string) => events?.line(line),
    die: async (why: string) => {
      exit(why);
      await Promise.resolve();
      await Promise.resolve();
    },
    /** Lets the clock go to what is due; how long that took. */
    pass: () => {
      const { at, run } = due ?? { at: now, run: () => {} };
      const waited = at - now;
      now = at;
      due = null;
      run();
      return waited;
    },
    later: (ms: number) => (now += ms),
  };
}

test('a gateway that ends by itself is started again, each time later, and at once as before when it had settled', async () => {
  const { runner, pass, die, ready, later } = stage();
  runner.start('a.yaml');
  const waits: number[] = [];
  for (let time = 0; time < 6; time++) {
    await die('port 6432 is taken');
    waits.push(pass());
  }
  ready();
  later(60_000);
  await die('killed');
  waits.push(pass());
  expect({ waits, state: runner.state }).toEqual({
    waits: [1_000, 2_000, 5_000, 15_000, 30_000, 30_000, 1_000],
    state: { state: 'starting', problem: 'killed', starts: 8, again: null },
  });
});

test('one that is told to end ends, and is not started again; one that waits is not either', async () => {
  const one = stage();
  one.runner.start('a.yaml');
  one.ready();
  await one.runner.stop();
  const other = stage();
  other.runner.start('a.yaml');
  await other.die('no');
  await other.runner.stop();
  other.pass();
  const stopped = { state: 'stopped', problem: null, starts: 0, again: null };
  expect([one.told, one.runner.state, other.told, other.runner.state]).toEqual([
    ['stopped', 'starting', 'running', 'stopping', 'stopped'],
    stopped,
    ['stopped', 'starting', 'waiting', 'stopped'],
    stopped,
  ]);
});

test('its last lines are kept', () => {
  const { runner, say } = stage();
  runner.start('a.yaml');
  for (let line = 1; line <= 502; line++) say(`line ${line}`);
  expect([runner.lines.length, runner.lines[0], runner.lines.at(-1)]).toEqual([500, 'line 3', 'line 502']);
});
