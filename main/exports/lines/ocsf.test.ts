import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import { exported, opened, selected, temporaryFolder } from '../testing/exported.ts';
import { type HostileArchive, writeHostileArchive } from '../testing/hostile-archive.ts';

const SCHEMA = z.fromJSONSchema(
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../testing/ocsf-6005.schema.json'), 'utf8'),
  ) as Parameters<typeof z.fromJSONSchema>[0],
);

let archive: ArchiveReader;
let written: HostileArchive;
const cleanups: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  const finished = (clean: () => Promise<void> | void) => void cleanups.unshift(clean);
  const folder = temporaryFolder(finished);
  written = writeHostileArchive(folder);
  archive = await opened(folder, finished);
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
});

interface OcsfEvent {
  readonly activity_id: number;
  readonly type_uid: number;
  readonly action_id: number;
  readonly disposition_id: number;
  readonly severity_id: number;
  readonly status_id: number;
  readonly status_code?: string;
  readonly query_info?: { readonly query_string: string };
  readonly ai_agent?: unknown;
  readonly attestation_list?: unknown;
  readonly unmapped: { readonly leaf_index?: number; readonly tree?: { readonly size: number } };
}

async function events(version: '1.8' | '1.9', ...sessions: string[]): Promise<OcsfEvent[]> {
  const text = await exported(archive, 'ocsf', { selection: selected('', ...sessions), ocsf: version });
  return text
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as OcsfEvent);
}

test.each(['1.8', '1.9'] as const)('every event is what OCSF %s asks of class 6005', async (version) => {
  const all = await events(version);
  const wrong = all.flatMap((event) => {
    const { error } = SCHEMA.safeParse(event);
    return error === undefined ? [] : z.prettifyError(error);
  });
  expect([all.length, wrong, all.every((event) => event.type_uid === 600_500 + event.activity_id)]).toEqual([
    34,
    [],
    true,
  ]);
});

test('verbs, decisions and masks are told by its enums', async () => {
  const told = (await events('1.8', written.plain)).map((event) => [
    event.query_info?.query_string ?? 'connect',
    event.activity_id,
    event.action_id,
    event.disposition_id,
    event.severity_id,
    event.status_id,
    event.status_code ?? null,
  ]);
  expect(told).toEqual([
    ['connect', 3, 1, 1, 1, 1, null],
    ['select id, email from public.users', 4, 4, 1, 1, 1, null],
    ['update orders set note = $1 where id = $2', 2, 1, 1, 1, 1, null],
    ['select * from nowhere', 4, 1, 1, 2, 2, '42P01'],
    ['drop table orders', 7, 2, 2, 5, 2, '42501'],
    ['delete from orders', 7, 1, 8, 4, 1, null],
  ]);
});

test('1.9 adds the agent and where the event stands in the log, and 1.8 has neither', async () => {
  const [, earlier] = await events('1.8', written.plain);
  const [, later] = await events('1.9', written.plain);
  expect([
    earlier?.ai_agent,
    earlier?.attestation_list,
    later?.ai_agent,
    later?.attestation_list,
    later?.unmapped.leaf_index,
    later?.unmapped.tree?.size,
  ]).toEqual([
    undefined,
    undefined,
    expect.objectContaining({ name: 'ci-deployer', instance_uid: written.plain }),
    [
      {
        chain_uid: `auditorium.local/${'09'.repeat(16)}`,
        fingerprint: expect.objectContaining({ algorithm_id: 3 }) as unknown,
      },
    ],
    13,
    written.log.index,
  ]);
});
