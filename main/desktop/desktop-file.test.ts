import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DesktopFile } from './desktop-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-desktop-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what is remembered is there at the next start, for its owner alone', () => {
  const window = { bounds: { x: -10, y: 20, width: 1000, height: 700 }, maximised: true };
  const file = new DesktopFile(join(folder, 'user'));
  file.keep({ window, gateway: '/g.yaml' });
  file.keep({ last: { archive: '/a', address: '/findings' } });
  expect(new DesktopFile(join(folder, 'user')).now).toEqual({
    version: 1,
    window,
    last: { archive: '/a', address: '/findings' },
    gateway: '/g.yaml',
    linkHosts: [],
    updates: null,
  });
  expect(readdirSync(join(folder, 'user'))).toEqual(['desktop.json']);
  if (process.platform !== 'win32') expect(statSync(file.path).mode & 0o777).toBe(0o600);
});

test('a file that is cut off, of another version or of somebody else’s making is begun anew', () => {
  const file = new DesktopFile(folder);
  file.keep({ gateway: '/g.yaml' });
  for (const text of [
    '{"version":1,"rec',
    '{"version":2}',
    '[]',
    '{"version":1,"window":{"bounds":{"x":"1"}}}',
  ]) {
    writeFileSync(file.path, text);
    expect(new DesktopFile(folder).now.gateway).toBeNull();
  }
});

test('a folder that cannot be written keeps nobody from working', () => {
  writeFileSync(join(folder, 'taken'), '');
  const file = new DesktopFile(join(folder, 'taken'));
  file.keep({ gateway: '/g.yaml' });
  expect(file.now.gateway).toBe('/g.yaml');
});
