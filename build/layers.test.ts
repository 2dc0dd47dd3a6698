import { globSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'vite';
import { describe, expect, test } from 'vitest';
import { type Import, layerOf, violation } from './layers.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const SOURCES = '{shared,gateway,main,renderer,build,bench,test}/**/*.{ts,tsx}';

/** Every import of a source text: static, re-exported, dynamic and in types. */
function importsOf(file: string, text: string): Import[] {
  const found: string[] = [];
  const from = ({ source }: { source: unknown }) => {
    const { type, value } = (source ?? {}) as { type?: string; value?: unknown };
    if (type === 'Literal' && typeof value === 'string') found.push(value);
  };
  const visitor = new Visitor({
    ImportDeclaration: from,
    ExportNamedDeclaration: from,
    ExportAllDeclaration: from,
    ImportExpression: from,
    TSImportType: from,
  });
  visitor.visit(parseSync(file, text).program);
  return found.map((specifier) => ({ file, specifier }));
}

function violationsOf(file: string, text: string): string[] {
  return importsOf(file, text)
    .map(violation)
    .filter((found) => found !== null);
}

/** For a look into every file of the tree while other programs have the processors, ms. */
const WHOLE_TREE = 120_000;

test('every import in the tree is one the table allows', { timeout: WHOLE_TREE }, () => {
  const files = globSync([SOURCES, '*.config.ts'], { cwd: ROOT });
  const found = files.flatMap((file) => violationsOf(file, readFileSync(`${ROOT}/${file}`, 'utf8')));
  expect(found).toEqual([]);
});

test('every file in the tree belongs to a layer', () => {
  const files = globSync([SOURCES, '*.config.ts'], { cwd: ROOT });
  expect(files.filter((file) => layerOf(file) === undefined)).toEqual([]);
  expect(files).toContain('build/layers.test.ts');
});

describe('a planted violation is found:', () => {
  const planted: [reason: string, file: string, text: string, found: string][] = [
    ['Node in shared', 'shared/replay/a.ts', `import { readFile } from 'node:fs/promises';`, 'node:fs'],
    ['a package that is not pure in shared', 'shared/api/a.ts', `import { Client } from 'pg';`, 'pg'],
    [
      'Electron outside its door',
      'main/hosts/web.ts',
      `const { app } = await import('electron');`,
      'electron',
    ],
    ['Electron in a test', 'main/hosts/web.test.ts', `import 'electron';`, 'electron'],
    ['SQLite in the host', 'main/api/a.ts', `import Database from 'better-sqlite3';`, 'better-sqlite3'],
    [
      'SQLite beside its folder',
      'gateway/archive/a.ts',
      `import Database from 'better-sqlite3';`,
      'better-sqlite3',
    ],
    [
      'a leaf that knows a leaf',
      'gateway/recorder/a.ts',
      `import '../identity/tokens.ts';`,
      'gateway/identity/tokens.ts',
    ],
    ['a leaf that knows the whole', 'gateway/archive/a.ts', `import '../gateway.ts';`, 'gateway/gateway.ts'],
    [
      'a protocol that knows the whole',
      'gateway/postgres/a.ts',
      `import '../gateway.ts';`,
      'gateway/gateway.ts',
    ],
    [
      'the host inside the recorder',
      'main/app.ts',
      `export * from '../gateway/recorder/spool.ts';`,
      'gateway/recorder/spool.ts',
    ],
    [
      'the window in the host, by a type',
      'renderer/app.tsx',
      `type A = import('../main/app.ts').App;`,
      'main/app.ts',
    ],
    [
      'a task that knows a task',
      'renderer/sessions/a.tsx',
      `import type { P } from '../replay/pane.tsx';`,
      'renderer/replay/pane.tsx',
    ],
    [
      'a part that knows a task',
      'renderer/ui/a.tsx',
      `export { x } from '../sessions/list.tsx';`,
      'renderer/sessions/list.tsx',
    ],
    [
      'a program that needs a part of its tests',
      'gateway/a.ts',
      `import './testing/b.ts';`,
      'gateway/testing/b.ts',
    ],
    ['Node in the window', 'renderer/app.tsx', `import fs from 'node:fs';`, 'node:fs'],
  ];
  test.each(planted)('%s', (_reason, file, text, target) => {
    expect(violationsOf(file, text)).toEqual([`${file} imports ${target}`]);
  });
});
