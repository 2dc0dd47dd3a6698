import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting } from '../../gateway/archive/testing.ts';
import { sightsOf } from './sight.ts';
import { describeRights } from './testing/rights-suite.ts';
import { recordTwoConnections } from './testing/two-connections.ts';

describeRights('volumes of SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rights-'));
  const writer = openSqliteWriter({ path: join(folder, 'archive'), ...testWriting() });
  const sessions = recordTwoConnections(writer);
  writer.close();
  const reader = await openArchive(join(folder, 'archive'));
  return { ...sessions, reader, remove: () => rmSync(folder, { recursive: true }) };
});

const RIGHTS = [
  { groups: ['leads'], stores: null, connections: null },
  { groups: ['shop'], stores: ['acme'], connections: ['shop'] },
  { groups: ['till'], stores: ['acme'], connections: ['till'] },
  { groups: ['bolt'], stores: ['bolt'], connections: null },
];

test('rights of several groups add up, and what nobody is given nobody sees', () => {
  const seen = (...groups: string[]): unknown =>
    [...sightsOf(groups, RIGHTS, ['acme', 'bolt'])].map(([store, names]) => [store, names && [...names]]);
  expect([
    seen('leads'),
    seen('shop', 'till'),
    seen('bolt', 'shop'),
    seen('others'),
    seen('till', 'leads'),
  ]).toEqual([
    [
      ['acme', null],
      ['bolt', null],
    ],
    [['acme', ['shop', 'till']]],
    [
      ['acme', ['shop']],
      ['bolt', null],
    ],
    [],
    [
      ['acme', null],
      ['bolt', null],
    ],
  ]);
  expect([...sightsOf([], null, ['acme'])]).toEqual([['acme', null]]);
});
