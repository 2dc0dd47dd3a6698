import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FUSES, setFuses, wrongFuses } from './fuses.ts';

/** By which the fuses are found in Electron's program; then come a version, their number, and one character each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

let folder: string;
let program: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-fuses-'));
  program = join(folder, 'electron');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program as Electron is delivered, as far as its fuses go. */
function write(fuses: string): void {
  const wire = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, fuses.length]), Buffer.from(fuses)]);
  writeFileSync(program, Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]));
}

test('every fuse that Electron has is decided on', () => {
  const known = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));
  expect(Object.keys(FUSES)).toEqual(known);
});

test('fuses that are set in a program are read back as set', async () => {
  write('101100011');
  expect(await wrongFuses(program)).toEqual([
    'RunAsNode is on, and should be off',
    'EnableCookieEncryption is off, and should be on',
    'EnableNodeOptionsEnvironmentVariable is on, and should be off',
    'EnableNodeCliInspectArguments is on, and should be off',
    'EnableEmbeddedAsarIntegrityValidation is off, and should be on',
    'OnlyLoadAppFromAsar is off, and should be on',
    'GrantFileProtocolExtraPrivileges is on, and should be off',
  ]);
  await setFuses(program, 'linux');
  expect(await wrongFuses(program)).toEqual([]);
});

test('a program that has a fuse nobody decided on is not packed', async () => {
  write('1011000111');
  await expect(setFuses(program, 'linux')).rejects.toThrow();
});
