import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase, startTestGateway } from '../../test/gateway.ts';
import { EVERYTHING } from '../../shared/filter/filter.ts';
import { readEvents } from './fidelity/run.ts';

test('a gateway that observes lets an agent start as another role, and says that it would not have', async () => {
  await using under = await startTestGateway('intent', 'observe');
  await freshDatabase(under.server);
  const client = new pg.Client({ ...under.address, options: '-c role=pg_monitor -c geqo=off' });
  await client.connect();
  const { rows } = await client.query('select current_user::text as role');
  await client.end();
  expect(rows).toEqual([{ role: 'pg_monitor' }]);
  const ended = async () => {
    const { items } = await under.archive.sessions({ filter: EVERYTHING, sort: '-started', limit: 9 });
    return items.find(({ outcome }) => outcome === 'completed')?.id;
  };
  await expect.poll(ended, { timeout: 10_000 }).toBeDefined();
  const id = await ended();
  const events = id === undefined ? [] : await readEvents(under.archive, id);
  const said = events.flatMap(({ event }) =>
    event.kind === 'observed' || event.kind === 'startupSettings' ? [event.fields] : [],
  );
  expect(said).toEqual([
    { settings: ['role=pg_monitor', 'geqo=off'] },
    { rule: 'start-up parameter', detail: 'role=pg_monitor' },
  ]);
});
