import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isOwnArchive, noteOwnArchive } from './own-archives.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'auditorium-own-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('an archive that was noted is one’s own, by whatever path, and so are its volumes; nothing beside or below it is', () => {
  const [user, archive] = [join(root, 'user'), join(root, 'archive')];
  mkdirSync(join(archive, 'below'), { recursive: true });
  mkdirSync(join(root, 'other'));
  for (const volume of ['archive/x.audit', 'archive/below/x.audit']) writeFileSync(join(root, volume), '');
  symlinkSync(archive, join(root, 'link'));
  const before = isOwnArchive(user, archive);
  noteOwnArchive(user, archive);
  noteOwnArchive(user, join(root, 'link'));
  const own = [
    'archive',
    'link',
    'archive/x.audit',
    'archive/below',
    'archive/below/x.audit',
    'other',
    'none',
  ].map((path) => isOwnArchive(user, join(root, path)));
  const { mode, size } = statSync(join(user, 'archives'));
  expect([before, own, mode & 0o777, size]).toEqual([
    false,
    [true, true, true, false, false, false, false],
    0o600,
    `${archive}\n`.length,
  ]);
});

test('where nothing can be noted, recording goes on', () => {
  noteOwnArchive('/dev/null/none', root);
  expect(isOwnArchive('/dev/null/none', root)).toBe(false);
});
