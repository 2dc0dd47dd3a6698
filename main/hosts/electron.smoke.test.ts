import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../built.ts';
import { electronBinary, hasDisplay } from '../desktop.ts';
import { packageOf } from '../package.ts';
import { writeSmallArchive } from '../testing/small-archive.ts';

const here = packageOf(import.meta.dirname);
const program = electronBinary(here.root, process.env);

/** Why the desktop app cannot be tried on this machine; null when it can. */
function obstacle(): string | null {
  if (program === null) return 'the Electron binary is not installed (npx install-electron)';
  return hasDisplay(process.env, process.platform) ? null : 'there is no display (xvfb-run gives one)';
}

const NAME = 'the desktop app shows an archive, and its window can reach nothing else';
const why = obstacle();
if (why !== null) process.stdout.write(`skipped: ${NAME}: ${why}\n`);

describe.skipIf(why !== null)(why === null ? 'Electron' : `Electron (skipped: ${why})`, () => {
  let folder: string;
  let app: ElectronApplication;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'auditorium-electron-'));
    writeSmallArchive(join(folder, 'archive'));
    await ensureBuilt(here, 'app', () => undefined);
    // Chromium's sandbox refuses to run as root, as CI machines do.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    app = await _electron.launch({
      executablePath: program ?? '',
      args: [...sandbox, here.electronEntry, join(folder, 'archive')],
    });
  }, 120_000);
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  test(NAME, async () => {
    const window = await app.firstWindow();
    await window.getByText('ci-deployer').first().waitFor();
    const seen = await window.evaluate(async () => ({
      origin: location.origin,
      node: typeof Reflect.get(globalThis, 'require'),
      process: typeof Reflect.get(globalThis, 'process'),
      host: await (await fetch('/api/host')).json(),
      outside: await fetch('https://example.invalid/').then(
        () => 'reached',
        () => 'refused',
      ),
      opened: open('https://example.invalid/') === null,
    }));
    expect(seen).toEqual({
      origin: 'app://auditorium',
      node: 'undefined',
      process: 'undefined',
      host: { kind: 'electron', version: here.version },
      outside: 'refused',
      opened: true,
    });
    expect(app.windows()).toHaveLength(1);
  });
});
