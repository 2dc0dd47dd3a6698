import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startChildrenWith } from '../../gateway/archive/child.ts';
import { packageOf } from '../package.ts';
import { writeSmallArchive } from '../testing/small-archive.ts';
import { Desktop } from './desktop.ts';
import { DesktopFile } from './desktop-file.ts';
import { happening, StandIn } from './testing/stand-in.ts';

const here = packageOf(import.meta.dirname);
const forked = startChildrenWith(() => {
  throw new Error('nothing is started without the desktop app');
});

/** Nothing of the world outside. */
const surroundings = {
  arch: 'x64',
  env: {},
  fetch: () => Promise.reject(new Error('nothing is asked for')),
  updater: () => Promise.reject(new Error('nothing is installed')),
} as const;

let folder: string;
let archive: string;
let session: string;
let shell: StandIn;
const started: Desktop[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-desktop-'));
  archive = join(folder, 'archive');
  session = writeSmallArchive(archive);
  shell = new StandIn();
});
afterEach(async () => {
  for (const desktop of started.splice(0)) await desktop.leave();
  startChildrenWith(forked);
  rmSync(folder, { recursive: true });
});

/** As soon as it is so; a busy machine opens an archive in seconds. */
function eventually(holds: () => unknown): Promise<unknown> {
  return vi.waitFor(holds, { timeout: 15_000 });
}

/** Starts the app as with these words behind its name. */
async function start(...words: readonly string[]): Promise<Desktop> {
  const desktop = new Desktop({
    shell,
    ...surroundings,
    words,
    folder,
    platform: 'linux',
    file: new DesktopFile(join(folder, 'user')),
    here,
    say: () => undefined,
    now: () => performance.now(),
    clock: Date.now,
    later: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  });
  started.push(desktop);
  await desktop.start();
  return desktop;
}

async function ask(path: string): Promise<unknown> {
  const response = await shell.requests(new Request(`app://auditorium${path}`));
  return response.status === 200 ? response.json() : response.status;
}

test('a start shows the archive that was named, in a window that can reach nothing else', async () => {
  await start('archive');
  expect(shell.window.loaded).toEqual(['app://auditorium/']);
  expect(shell.window.options).toMatchObject({
    width: 1440,
    height: 900,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
  });
  expect(await ask('/api/host')).toEqual({ kind: 'electron', version: here.version });
  expect(await ask('/api/archive')).toMatchObject({ path: archive, sessions: 1 });
  expect(await shell.requests(new Request('app://elsewhere/api/host'))).toMatchObject({ status: 404 });
  expect(
    ['notifications', 'media', 'geolocation', 'clipboard-read'].map((name) => shell.permission(name)),
  ).toEqual([true, false, false, false]);
  expect(
    ['app://auditorium/api/live', 'https://example.org/'].map((url) => shell.requestCancelled(url)),
  ).toEqual([false, true]);
  const from = (origin: string) =>
    shell.requests(new Request('app://auditorium/api/archive', { headers: { origin } }));
  const origins = ['app://auditorium', 'app://elsewhere', 'https://example.org', 'null'];
  expect((await Promise.all(origins.map(from))).map(({ status }) => status)).toEqual([200, 403, 403, 403]);
  // There is no script between page and app, and so no channel that one could be lured to use.
  expect(Object.keys(shell.window.options.webPreferences)).not.toContain('preload');
  // Readers run as utility processes: the program is no Node that could be forked.
  expect(shell.utilities.length).toBeGreaterThan(0);
});

test('pages go nowhere, open no windows, and links are followed only when the person says so', async () => {
  await start('archive');
  const { webContents } = shell.window;
  const went = (url: string): boolean => {
    const event = happening();
    webContents.emit('will-navigate', event, url);
    return !event.prevented;
  };
  expect([went('https://example.org/'), went('app://auditorium/findings'), went('app://other/')]).toEqual([
    false,
    true,
    false,
  ]);
  shell.answers.push(0, 2);
  expect(shell.window.openHandler({ url: 'https://github.com/acme/shop' })).toEqual({ action: 'deny' });
  shell.window.openHandler({ url: 'https://github.com/acme/other' });
  shell.window.openHandler({ url: 'javascript:alert(1)' });
  await pause(0);
  expect(shell.boxes).toEqual([
    'Open a page of github.com in your browser?',
    'Open a page of github.com in your browser?',
  ]);
  expect(shell.opened).toEqual(['https://github.com/acme/shop']);
});

test('a second start leaves, and what it asked for is shown by the first', async () => {
  await start('archive');
  const other = join(folder, 'other');
  writeSmallArchive(other);
  const second = new StandIn();
  second.first = false;
  const asked = new Desktop({
    shell: second,
    ...surroundings,
    words: ['other'],
    folder,
    platform: 'linux',
    file: new DesktopFile(join(folder, 'user')),
    here,
    say: () => undefined,
    now: () => 0,
    clock: Date.now,
    later: () => () => undefined,
  });
  started.push(asked);
  await asked.start();
  expect(second.windows).toEqual([]);
  shell.app.emit('second-instance', happening(), [], folder, second.handed);
  await eventually(() => expect(shell.window.loaded).toHaveLength(2));
  expect(await ask('/api/archive')).toMatchObject({ path: other });
  expect(shell.windows).toHaveLength(1);
});

test('a link goes to the session it names; one that is no link of ours is refused in words', async () => {
  await start('archive');
  shell.app.emit('open-url', happening(), `auditorium://session/${session}?at=5`);
  await eventually(() =>
    expect(shell.window.loaded.at(-1)).toBe(`app://auditorium/sessions/${session}?step=5`),
  );
  shell.app.emit('open-url', happening(), 'auditorium://run/rm%20-rf');
  expect(shell.boxes).toEqual([
    'This cannot be shown: The link is none that Auditorium knows. It opens auditorium://session/ID?at=EVENT, where ID has 32 hex digits.',
  ]);
});

test('a file that is dropped is opened once the person agrees; one that cannot be leaves what is open', async () => {
  await start('archive');
  const other = join(folder, 'other');
  writeSmallArchive(other);
  shell.window.webContents.emit('will-navigate', happening(), `file://${other}`);
  await eventually(() => expect(shell.window.loaded).toHaveLength(2));
  expect(await ask('/api/archive')).toMatchObject({ path: other });
  shell.window.webContents.emit('will-navigate', happening(), `file://${join(folder, 'nothing')}`);
  await eventually(() =>
    expect(shell.boxes.at(-1)).toMatch(/^This archive cannot be opened: .*\(ARCHIVE_NOT_FOUND\)$/s),
  );
  expect(await ask('/api/archive')).toMatchObject({ path: other });
});

test('the window comes back where it was, on the archive that was open', async () => {
  const first = await start('archive');
  await shell.window.loadURL('app://auditorium/statements?filter=verb%3Adelete');
  shell.window.close();
  await first.leave();
  shell = new StandIn();
  await start();
  expect(shell.window.loaded).toEqual(['app://auditorium/statements?filter=verb%3Adelete']);
  expect(shell.window.options).toMatchObject({ x: 10, y: 20, width: 1000, height: 700 });
  expect(await ask('/api/archive')).toMatchObject({ path: archive });
});

test('a first start without an archive shows where one can begin', async () => {
  await start();
  expect(shell.window.loaded).toEqual(['app://auditorium/']);
  expect(await ask('/api/start')).toMatchObject({ archive: null, demo: 'unavailable', opens: true });
  expect(shell.boxes).toEqual([]);
});

test('a window that crashes is loaded again, and after three crashes in a row the person decides', async () => {
  await start('archive');
  for (let crash = 0; crash < 4; crash++)
    shell.window.webContents.emit('render-process-gone', happening(), { reason: 'crashed' });
  await pause(0);
  expect(shell.window.reloads).toBe(4); // the fourth by the person, who pressed the first button
  expect(shell.boxes).toEqual(['The window has stopped working again and again.']);
});

test('the menu leads to places, to archives that were open, and to another archive', async () => {
  await start('archive');
  shell.choose('&Go', 'Findings');
  await eventually(() => expect(shell.window.loaded.at(-1)).toBe('app://auditorium/findings'));
  const other = join(folder, 'other');
  writeSmallArchive(other);
  shell.choices.push(other);
  shell.choose('&File', 'Open archive');
  await eventually(async () => expect(await ask('/api/archive')).toMatchObject({ path: other }));
  await eventually(() => shell.choose('&File', 'Open recent', 'archive'));
  await eventually(async () => expect(await ask('/api/archive')).toMatchObject({ path: archive }));
});

test('the window’s Start and Stop drive the gateway that the menu tells of, and its log is in the window', async () => {
  const config = join(folder, 'auditorium.yaml');
  writeFileSync(
    config,
    `gateway: { listen: '127.0.0.1:0', log: { level: info } }
archive: ${join(folder, 'recorded')}
issuers: [{ name: dev, profile: development }]
connections: [{ name: shop, host: 127.0.0.1, port: 1, database: shop, user: shop, password: x, groups: [ci] }]
`,
  );
  await start(`--gateway-config=${config}`);
  const run = (wanted: boolean) =>
    shell.requests(
      new Request('app://auditorium/api/gateway/run', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: 'app://auditorium' },
        body: JSON.stringify({ run: wanted }),
      }),
    );
  const inMenu = () =>
    shell.menu.find(({ label }) => label === 'Gate&way')?.submenu?.map(({ label }) => label);
  expect(inMenu()).toEqual(['Start a gateway…']);
  expect((await run(true)).status).toBe(200);
  await vi.waitFor(() => expect(inMenu()).toEqual(['The gateway runs, and records', 'Stop the gateway']), {
    timeout: 40_000,
  });
  expect(await ask('/api/gateway')).toMatchObject({ process: { ours: true, mayRun: true, starts: 1 } });
  expect(await ask('/api/gateway/log')).toMatchObject({
    known: true,
    lines: expect.arrayContaining([expect.stringContaining('gateway ready')]),
  });
  // The next start of the app starts it too, until somebody stops it.
  expect(new DesktopFile(join(folder, 'user')).now.gateway).toBe(config);
  expect((await run(false)).status).toBe(200);
  expect(inMenu()).toEqual(['Start a gateway…']);
  expect(new DesktopFile(join(folder, 'user')).now.gateway).toBeNull();
  expect(shell.utilities.map(({ child }) => child.exitCode)).toContain(0);
}, 90_000);

test('About says which version this is, and who updates it', async () => {
  await start('archive');
  shell.choose('&Help', 'About');
  shell.choose('&Help', 'Check for updates');
  await eventually(() =>
    expect(shell.boxes).toEqual([
      `Auditorium ${here.version}`,
      'Updates are off: this build names no signed list of versions that it could trust.',
    ]),
  );
});

test('closing the window ends the app and all that it started', async () => {
  await start('archive');
  const ended = new Promise((resolve) => shell.app.once('exited', resolve));
  shell.window.close();
  shell.app.emit('window-all-closed');
  await ended;
  expect(shell.exited).toBe(0);
  expect(shell.utilities.map(({ child }) => child.exitCode ?? child.signalCode)).not.toContain(null);
});
