import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { StandIn } from '../testing/stand-in.ts';
import { announcedBy, feedName, isNewer, signFeed } from './update-feed.ts';
import type { UpdateMode } from './update-mode.ts';
import { Updates, type Updater } from './updates.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const KEY = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const URL_OF_FEED = 'https://updates.example/auditorium';

/** As electron-builder writes it. */
function release(version: string) {
  const file = { url: `Auditorium-${version}.AppImage`, sha512: 'q83vEjRWeJA=', size: 12 };
  return { version, files: [file], path: file.url, sha512: file.sha512, releaseDate: '2026-11-22T00:00:00Z' };
}

/** A site with a feed, which may say one thing and another. */
function site(feed: string, signature: string | null) {
  const asked: string[] = [];
  const fetched = async (url: unknown): Promise<Response> => {
    asked.push(String(url));
    if (String(url).endsWith('.sig'))
      return signature === null ? new Response(null, { status: 404 }) : new Response(signature);
    return new Response(feed);
  };
  return { asked, fetch: fetched as typeof fetch };
}

function signed(feed: string, by = privateKey) {
  return site(feed, signFeed(Buffer.from(feed), by));
}

/** What fetches and installs, and what it was told to. */
class Fetcher implements Updater {
  autoDownload = true;
  autoInstallOnAppQuit = true;
  readonly did: string[] = [];
  readonly #announces: object;
  constructor(announces: object) {
    this.#announces = announces;
  }
  setFeedURL({ url }: { readonly url: string }): void {
    this.did.push(`feed ${url}`);
  }
  async checkForUpdates() {
    return { updateInfo: this.#announces };
  }
  async downloadUpdate() {
    this.did.push(`fetched, by itself: ${this.autoDownload || this.autoInstallOnAppQuit}`);
    return [];
  }
  quitAndInstall(): void {
    this.did.push('installed');
  }
}

interface Tried {
  readonly from: ReturnType<typeof site>;
  readonly fetcher?: Fetcher;
  readonly mode?: UpdateMode;
  readonly leave?: boolean;
}

function updates({ from, fetcher = new Fetcher({}), mode = { kind: 'on-request' }, leave = true }: Tried) {
  const shell = new StandIn();
  const timers: (readonly [number, () => void])[] = [];
  const own = new Updates({
    mode,
    feed: { url: URL_OF_FEED, key: KEY },
    version: '1.2.0',
    platform: 'linux',
    arch: 'x64',
    fetch: from.fetch,
    updater: async () => fetcher,
    shell,
    later: (ms, then) => {
      timers.push([ms, then]);
      return () => undefined;
    },
    leave: async () => leave,
    changed: () => undefined,
  });
  return { own, shell, timers, fetcher };
}

test('a newer release is fetched and installed, each only once the person says so', async () => {
  const next = release('1.3.0');
  const from = signed(stringify(next));
  const { own, shell, fetcher } = updates({ from, fetcher: new Fetcher(next) });
  shell.answers.push(1);
  await own.ask(); // not fetched
  expect([fetcher.did, own.label]).toEqual([[], 'Auditorium 1.3.0 is available…']);
  shell.answers.push(0, 1);
  await own.ask(); // fetched, not installed
  expect([fetcher.did, own.label]).toEqual([
    [`feed ${URL_OF_FEED}`, 'fetched, by itself: false'],
    'Install Auditorium 1.3.0…',
  ]);
  shell.answers.push(0);
  await own.ask();
  expect(fetcher.did.at(-1)).toBe('installed');
  expect(shell.boxes).toEqual([
    'Fetch Auditorium 1.3.0?',
    'Fetch Auditorium 1.3.0?',
    'Install Auditorium 1.3.0 now?',
    'Install Auditorium 1.3.0 now?',
  ]);
  expect(from.asked).toEqual([`${URL_OF_FEED}/latest-linux.yml`, `${URL_OF_FEED}/latest-linux.yml.sig`]);
});

test('without a signature by this build’s key nothing is offered, and nothing is fetched', async () => {
  const feed = stringify(release('1.3.0'));
  const other = generateKeyPairSync('ed25519').privateKey;
  const sites = [
    site(feed, null),
    site(feed, ''),
    signed(feed, other),
    site(feed.replace('1.3.0', '1.3.1'), signFeed(Buffer.from(feed), privateKey)),
  ];
  const told = sites.map(async (from) => {
    const { own, shell, fetcher } = updates({ from });
    await own.ask();
    expect([fetcher.did, own.label]).toEqual([[], 'Check for updates…']);
    return shell.boxes.join();
  });
  const unsigned = 'There is no update to be had: it is not signed by the key of this build\n(FEED_UNSIGNED)';
  expect(await Promise.all(told)).toEqual([
    `There is no update to be had: there is no ${URL_OF_FEED}/latest-linux.yml.sig\n(FEED_UNSIGNED)`,
    unsigned,
    unsigned,
    unsigned,
  ]);
});

test('what would be fetched must be what was signed', async () => {
  const next = release('1.3.0');
  const another = { ...next, files: [{ ...next.files[0], sha512: 'AAAA' }] };
  const { own, shell, fetcher } = updates({ from: signed(stringify(next)), fetcher: new Fetcher(another) });
  await own.ask();
  expect(fetcher.did).toEqual([`feed ${URL_OF_FEED}`]);
  expect(shell.boxes.at(-1)).toMatch(
    /^There is no update to be had: What would be fetched is not .*\(FEED_DIFFERS\)$/s,
  );
});

test('an old release is none, however well signed', async () => {
  for (const version of ['1.2.0', '1.1.9']) {
    const { own, shell } = updates({ from: signed(stringify(release(version))) });
    await own.ask();
    expect(shell.boxes).toEqual(['Auditorium 1.2.0 is the newest version.']);
  }
  expect(['1.2.1', '1.10.0', '2.0.0', '1.2.0', '0.9.9'].map((version) => isNewer(version, '1.2.0'))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(isNewer('1.2.0', '1.2.0-beta.1')).toBe(true);
});

test('where updates are off nothing is asked for, and it is said who decided that', async () => {
  const from = signed(stringify(release('1.3.0')));
  const { own, shell, timers } = updates({ from, mode: { kind: 'off', why: 'somebody manages this.' } });
  own.begin();
  await own.ask();
  expect([from.asked, timers, shell.boxes]).toEqual([[], [], ['Updates are off: somebody manages this.']]);
});

test('once a day it looks by itself; what it finds is told, and what it cannot reach is not', async () => {
  const { own, shell, timers, fetcher } = updates({
    from: signed(stringify(release('1.3.0'))),
    mode: { kind: 'daily' },
  });
  own.begin();
  timers[0]?.[1]();
  await expect.poll(() => shell.notified).toEqual(['Auditorium 1.3.0 is available…']);
  expect([timers.map(([ms]) => ms), fetcher.did, shell.boxes]).toEqual([[60_000, 86_400_000], [], []]);
  const lost = updates({
    from: { asked: [], fetch: () => Promise.reject(new Error('no network')) },
    mode: { kind: 'daily' },
  });
  lost.own.begin();
  lost.timers[0]?.[1]();
  await expect.poll(() => lost.timers.length).toBe(2);
  expect([lost.shell.boxes, lost.shell.notified]).toEqual([[], []]);
});

test('a person who would rather keep what runs is not restarted', async () => {
  const next = release('1.3.0');
  const { own, fetcher } = updates({
    from: signed(stringify(next)),
    fetcher: new Fetcher(next),
    leave: false,
  });
  await own.ask();
  expect(fetcher.did).not.toContain('installed');
});

test('a feed is one file a system, and says a release or nothing', () => {
  expect([
    feedName('linux', 'x64'),
    feedName('linux', 'arm64'),
    feedName('darwin', 'arm64'),
    feedName('win32', 'x64'),
  ]).toEqual(['latest-linux.yml', 'latest-linux-arm64.yml', 'latest-mac.yml', 'latest.yml']);
  for (const feed of ['', 'version: 1.3.0', 'version: 2.0.0-beta.1\nfiles: [{ url: a, sha512: b }]', '{'])
    expect(() => announcedBy(Buffer.from(feed), signFeed(Buffer.from(feed), privateKey), KEY)).toThrow(
      'it announces no release',
    );
});
