import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { expect, test } from 'vitest';
import { endedSession, recordedEvents } from '../../../test/recorded-sessions.ts';
import { Stage } from '../../../test/stage.ts';

const POLICY = `version: 1
rules:
  - { name: people, effect: mask, mask: { columns: people.email } }
`;

test('what is copied into a table with a masked column stays out of the record, and what is not is in it', async () => {
  await using stage = await Stage.open();
  await writeFile(join(stage.folder, 'policy.yaml'), POLICY);
  const config = stage.configure('', `connections: [${stage.connection('shop')}]\npolicy: ./policy.yaml`);
  const gateway = await stage.start(config);
  const agent = await stage.connect(gateway, await stage.token('agent'));
  await agent.query('create table people (id int, email text); create table goods (id int, name text)');
  for (const table of ['people', 'goods']) {
    const copy = agent.query(copyFrom(`copy ${table} from stdin`));
    copy.end('1\tada@example.com\n');
    await finished(copy);
  }
  expect((await agent.query('select count(*)::int as n from people')).rows).toEqual([{ n: 1 }]);
  await agent.end();
  const archive = await stage.archive(config);
  const { id } = await endedSession(archive, ({ identity }) => identity?.subject === 'agent');
  const told = (await recordedEvents(archive, id)).flatMap(({ event, payloads }): unknown[] => {
    if (event.kind === 'copyIn')
      return [[event.fields.bytes, Buffer.from(payloads['data'] ?? []).toString('latin1')]];
    return event.kind === 'withheld' && event.fields.where === 'copy' ? [event.fields.what] : [];
  });
  expect(told).toEqual(['data', [23, ''], [23, 'd\0\0\0\x161\tada@example.com\n']]);
});
