/** The desktop app with Electron’s binary: what main/desktop/*.test.ts show on a stand-in, held against Electron itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wrongFuses } from '../../build/package/fuses.ts';
import { writeSmallArchive } from '../../main/testing/small-archive.ts';
import { here, launch, type Launched, obstacle, program } from './launch.ts';

const why = obstacle();

const NAMES = {
  start: 'the desktop app shows an archive, and its window can reach nothing else',
  channel: 'no script of the window reaches Electron: there is no preload and no channel',
  menus: 'the menu has the archives, the places and the gateway',
  link: 'a link given to a second start goes to its session, and the second instance leaves',
  association: 'an archive that is opened from outside takes the place of the one that is shown',
  window: 'windows, navigation and frames from elsewhere are refused',
  readers: 'readers are utility processes, and one that is killed is replaced',
  gateway: 'a gateway that is killed is started again',
  fuses: 'the fuses of the packaged program are as they should be',
} as const;

if (why !== null) for (const name of Object.values(NAMES)) process.stdout.write(`skipped: ${name}: ${why}\n`);

describe.skipIf(why !== null)(why === null ? 'Electron' : `Electron (skipped: ${why})`, () => {
  let launched: Launched;
  beforeAll(async () => {
    launched = await launch();
  }, 180_000);
  afterAll(() => launched[Symbol.asyncDispose]());

  test(NAMES.start, async () => {
    const window = await launched.app.firstWindow();
    await window.getByText('ci-deployer').first().waitFor();
    const seen = await window.evaluate(async () => ({
      origin: location.origin,
      host: await (await fetch('/api/host')).json(),
      outside: await fetch('https://example.invalid/').then(
        () => 'reached',
        () => 'refused',
      ),
    }));
    expect(seen).toEqual({
      origin: 'app://auditorium',
      host: { kind: 'electron', version: here.version },
      outside: 'refused',
    });
    expect(launched.app.windows()).toHaveLength(1);
  });

  test(NAMES.channel, async () => {
    const window = await launched.app.firstWindow();
    const names = ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'];
    expect(
      await window.evaluate(
        (all) => all.filter((name) => Reflect.get(globalThis, name) !== undefined),
        names,
      ),
    ).toEqual([]);
    expect(await launched.app.evaluate(({ ipcMain }) => ipcMain.eventNames().length)).toBe(0);
  });

  test(NAMES.menus, async () => {
    const labels = await launched.app.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? []).map(({ label }) => label.replaceAll('&', '')),
    );
    expect(labels.filter((label) => !['Auditorium', 'Window'].includes(label))).toEqual([
      'File',
      'Edit',
      'View',
      'Go',
      'Gateway',
      ...(process.platform === 'darwin' ? [] : ['Help']),
    ]);
  });

  test(NAMES.window, async () => {
    const window = await launched.app.firstWindow();
    const opened = await window.evaluate(() => open('https://example.invalid/') === null);
    await window.evaluate(() => location.assign('https://example.invalid/'));
    expect([opened, new URL(window.url()).origin, launched.app.windows().length]).toEqual([
      true,
      'app://auditorium',
      1,
    ]);
  });

  test(NAMES.link, async () => {
    const second = startAgain(launched, `auditorium://session/${launched.session}?at=2`);
    const [status] = (await once(second, 'exit')) as [number | null];
    expect(status).toBe(0);
    const window = await launched.app.firstWindow();
    await window.waitForURL(`app://auditorium/sessions/${launched.session}?step=2**`);
  });

  test(NAMES.association, async () => {
    const other = join(launched.folder, 'other');
    writeSmallArchive(other);
    await launched.app.evaluate(
      ({ app }, path) => void app.emit('open-file', { preventDefault() {} }, path),
      other,
    );
    const window = await launched.app.firstWindow();
    await expect
      .poll(() => window.evaluate(async () => (await (await fetch('/api/archive')).json()).path), {
        timeout: 20_000,
      })
      .toBe(other);
  });

  test(NAMES.readers, async () => {
    const pids = await launched.app.evaluate(({ app }) =>
      app
        .getAppMetrics()
        .flatMap(({ name, pid }) => (name?.includes('reader-process') === true ? [pid] : [])),
    );
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const window = await launched.app.firstWindow();
    await expect
      .poll(() => window.evaluate(async () => (await fetch('/api/archive')).status), { timeout: 20_000 })
      .toBe(200);
  });

  test(
    NAMES.gateway,
    async () => {
      const config = join(launched.folder, 'auditorium.yaml');
      writeFileSync(
        config,
        `gateway: { listen: '127.0.0.1:0', log: { level: silent } }
archive: ${join(launched.folder, 'recorded')}
issuers: [{ name: dev, profile: development }]
connections: [{ name: shop, host: 127.0.0.1, port: 1, database: shop, user: shop, password: 'x', groups: [ci] }]
`,
      );
      const window = await launched.app.firstWindow();
      const post = (path: string, body: object) =>
        window.evaluate(
          async ([to, text]) =>
            (await fetch(to, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text }))
              .status,
          [path, JSON.stringify(body)] as const,
        );
      expect(await post('/api/start/configuration', { path: config })).toBe(200);
      expect(await post('/api/gateway/run', { run: true })).toBe(200);
      const running = (besides: number) =>
        expect
          .poll(() => gatewayPid(launched).then((pid) => pid !== null && pid !== besides), {
            timeout: 30_000,
          })
          .toBe(true);
      await running(0);
      const pid = (await gatewayPid(launched)) ?? 0;
      process.kill(pid, 'SIGKILL');
      await running(pid);
    },
    90_000,
  );

  test.skipIf(process.env['AUDITORIUM_PACKAGED'] === undefined)(NAMES.fuses, async () => {
    expect(await wrongFuses(process.env['AUDITORIUM_PACKAGED'] ?? program ?? '')).toEqual([]);
  });
});

function gatewayPid({ app }: Launched): Promise<number | null> {
  return app.evaluate(
    (electron) =>
      electron.app.getAppMetrics().find(({ name }) => name?.includes('gateway-process') === true)?.pid ??
      null,
  );
}

function startAgain({ words, env }: Launched, word: string) {
  return spawn(program ?? '', [...words, word], { stdio: 'ignore', env });
}
