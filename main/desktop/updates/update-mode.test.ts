import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { managedPath, readManaged } from './managed.ts';
import { updateMode, type UpdateFacts } from './update-mode.ts';

/** An AppImage that somebody fetched for themselves. */
const FACTS: UpdateFacts = {
  packaged: true,
  platform: 'linux',
  appImage: true,
  feed: true,
  managed: null,
  environment: undefined,
  person: null,
};

function mode(facts: Partial<UpdateFacts>): string {
  const found = updateMode({ ...FACTS, ...facts });
  return found.kind === 'off' ? `off: ${found.why}` : found.kind;
}

test('an installation that nobody manages looks once a day; managed ones are off unless their manager says otherwise', () => {
  expect(
    [
      {},
      { person: 'on-request' },
      { person: 'off' },
      { environment: 'on-request' },
      { environment: 'off', person: 'daily' },
      { environment: 'yes' },
      { environment: '' },
      { managed: { updates: null } },
      { managed: { updates: null }, environment: 'daily', person: 'daily' },
      { managed: { updates: 'on-request' }, environment: 'daily' },
    ].map((facts) => mode(facts as Partial<UpdateFacts>)),
  ).toEqual([
    'daily',
    'on-request',
    'off: desktop.json says so.',
    'on-request',
    'off: AUDITORIUM_UPDATES says so.',
    'off: AUDITORIUM_UPDATES is yes, and not off, on-request or daily.',
    'daily',
    'off: whoever manages this computer updates it.',
    'off: whoever manages this computer updates it.',
    'on-request',
  ]);
});

test('what is no package, has no feed, or is the system’s to update looks for nothing, whatever anybody wishes', () => {
  const wished = { environment: 'daily', managed: { updates: 'daily' } } as const;
  expect([
    mode({ ...wished, packaged: false }),
    mode({ ...wished, feed: false }),
    mode({ ...wished, appImage: false }),
    mode({ ...wished, appImage: false, platform: 'darwin' }),
  ]).toEqual([
    'off: this is no installed package.',
    'off: this build names no signed list of versions that it could trust.',
    'off: this package is updated by the system that installed it.',
    'daily',
  ]);
});

test('a file that says that a computer is managed says so however badly it is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auditorium-managed-'));
  try {
    const path = join(folder, 'managed.json');
    expect(readManaged(path)).toBeNull();
    const read = (text: string) => {
      writeFileSync(path, text);
      return readManaged(path);
    };
    expect(['{ "updates": "on-request" }', '{}', '{ "updates": "always" }', 'no json'].map(read)).toEqual([
      { updates: 'on-request' },
      { updates: null },
      { updates: null },
      { updates: null },
    ]);
    expect(readManaged(folder)).toEqual({ updates: null });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('it lies where only whoever manages the computer can write', () => {
  expect([
    managedPath('linux', {}),
    managedPath('darwin', {}),
    managedPath('win32', { ProgramData: String.raw`D:\Data` }),
  ]).toEqual([
    '/etc/auditorium/managed.json',
    '/Library/Application Support/Auditorium/managed.json',
    String.raw`D:\Data\Auditorium\managed.json`,
  ]);
});
