import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoHome, startDemo, temporaryFolderOf, type DemoProcess } from './demo-process.ts';
import { isRunning } from '../../main/demo/processes.ts';
import { familyOf, isListening } from './processes.ts';

const portIn = (listen: string) => Number(listen.split(':')[1]);

/** Where the gateways of a user folder's demos are configured to listen. */
function portsOf(home: string): number[] {
  const folder = join(home, 'demo');
  return readdirSync(folder).map((demo) => {
    const configuration = readFileSync(join(folder, demo, 'auditorium.yaml'), 'utf8');
    return Number(/listen: 127\.0\.0\.1:(\d+)/.exec(configuration)?.[1]);
  });
}
const family = (demo: DemoProcess) => familyOf(demo.process.pid ?? 0);

/** Folders of embedded databases: npm leaves things of its own beside them. */
const databasesOf = (home: string) =>
  readdirSync(temporaryFolderOf(home)).filter((name) => name.startsWith('auditorium-'));

/** Nothing is there any more of the given processes, nor of the databases of the demos with this user folder. */
async function expectNothingLeft(processes: readonly number[], home: string): Promise<void> {
  const left = () => ({
    processes: processes.filter(isRunning),
    databases: databasesOf(home),
  });
  await expect.poll(left).toEqual({ processes: [], databases: [] });
}

test(
  'kill -9 of the npm that runs a ready demo leaves no process and no listener',
  { timeout: 180_000 },
  async () => {
    const home = await demoHome();
    const demo = startDemo(home, 'npm');
    const { listen, url } = await demo.ready();
    const processes = family(demo);
    expect(processes.length).toBeGreaterThan(5);
    demo.process.kill('SIGKILL');
    await expectNothingLeft(processes, home);
    expect(await Promise.all([portIn(listen), Number(new URL(url).port)].map(isListening))).toEqual([
      false,
      false,
    ]);
  },
);

test('kill -9 of the demo itself, while it records, leaves no process', { timeout: 180_000 }, async () => {
  const home = await demoHome();
  const demo = startDemo(home, 'directly');
  await demo.says('recording');
  const processes = family(demo);
  demo.process.kill('SIGKILL');
  await expectNothingLeft(processes, home);
});

test.for(['starting PostgreSQL', 'starting the gateway', 'recording'])(
  'Ctrl-C while it says "%s" ends it in order',
  { timeout: 180_000 },
  async (words) => {
    const home = await demoHome();
    const demo = startDemo(home, 'directly');
    await demo.says(words);
    const processes = family(demo);
    demo.process.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    await expectNothingLeft(processes, home);
  },
);

test(
  'two demos that start at once run side by side, on ports of their own; the next one removes what both left',
  { timeout: 120_000 },
  async () => {
    const home = await demoHome();
    const [first, second] = [startDemo(home, 'directly'), startDemo(home, 'directly')];
    await Promise.all([first.says('recording'), second.says('recording')]);
    const ports = portsOf(home);
    expect({ count: new Set(ports).size, listening: await Promise.all(ports.map(isListening)) }).toEqual({
      count: 2,
      listening: [true, true],
    });
    const processes = [...family(first), ...family(second)];
    second.process.kill('SIGINT');
    first.process.kill('SIGINT');
    expect(await Promise.all([first.ended, second.ended])).toEqual([0, 0]);
    await expectNothingLeft(processes, home);
    const third = startDemo(home, 'directly');
    await third.says('starting the gateway');
    expect(readdirSync(join(home, 'demo'))).toHaveLength(1);
    third.process.kill('SIGINT');
    await third.ended;
  },
);

test(
  'what was killed together with its watchdog is removed by the next demo',
  { timeout: 180_000 },
  async () => {
    const home = await demoHome();
    const killed = startDemo(home, 'directly');
    await killed.says('recording');
    for (const pid of family(killed)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    await killed.ended;
    expect(databasesOf(home)).toEqual([expect.stringMatching(/^auditorium-postgres-/)]);
    const next = startDemo(home, 'directly');
    await next.says('starting the gateway');
    const processes = family(next);
    next.process.kill('SIGINT');
    await next.ended;
    await expectNothingLeft(processes, home);
  },
);
