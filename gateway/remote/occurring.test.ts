import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVENTS } from '../../shared/recording/event.ts';
import { readBody } from '../../shared/recording/record.ts';
import { summariseVolume } from '../archive/sqlite/volume-summary.ts';
import { openSqliteWriter } from '../archive/sqlite/writer.ts';
import { plainFacts, TestLog, testWriting } from '../archive/testing.ts';
import { Occurring } from './occurring.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'occurring-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Gives these bodies of records to one that sums up. */
function note(occurring: Occurring, bodies: readonly Uint8Array[]): void {
  for (const body of bodies) {
    const { event } = readBody(body);
    if (event.session !== null)
      occurring.note(body, EVENTS[event.kind].code, Buffer.from(event.session).toString('hex'));
  }
}

/** Texts that are prepared by the protocol and by SQL, run later, and calls; a statement that failed. */
function story(log: TestLog): Uint8Array[] {
  const session = log.session(1);
  const bodies = [session.event('sessionOpened'), session.event('identity'), session.event('ciContext')];
  const connected = { host: 'h', port: 1, database: 'd', user: 'app_role', server: '17', backend: 1 };
  bodies.push(session.event('connected', connected));
  const parsed = session.sequence;
  bodies.push(
    session.event('parse', { name: 's1', text: Buffer.from('SELECT total FROM invoices WHERE id = 1') }),
  );
  const extended = { protocol: 'extended', name: 's1', portal: '' };
  bodies.push(session.event('statement', { statement: ++session.statements, ...extended, parsedAt: parsed }));
  bodies.push(session.outcome());
  bodies.push(
    session.query('DELETE FROM payments'),
    session.outcome({ sqlstate: '23503', status: 'failed' }),
  );
  bodies.push(
    session.event('functionCall', {
      statement: ++session.statements,
      function: 1,
      message: Buffer.from('m'),
    }),
  );
  bodies.push(session.outcome(), session.event('sessionClosed'));
  return bodies;
}

test('what occurs in a run of events is what a volume of them would say', () => {
  const log = new TestLog(3);
  const bodies = [log.event('logOpened'), ...story(log)];
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  for (const body of bodies) writer.append(body);
  writer.append(log.event('volumeRolled', { number: 1, checkpoint: null, reason: 'age' }));
  writer.commit();
  writer.close();
  const volume = readdirSync(folder).find((name) => name.endsWith('.audit')) ?? '';
  const { summary, statements } = summariseVolume(join(folder, volume));
  const occurring = new Occurring(plainFacts);
  note(occurring, bodies);
  expect(occurring.take()).toEqual({ statements, sessions: summary.sessions, sets: summary.sets });
});

test('a session whose beginning was not seen leaves a bundle that nobody may leave out', () => {
  const bodies = story(new TestLog(3));
  const occurring = new Occurring(plainFacts);
  note(occurring, bodies.slice(6));
  expect(occurring.take().sets).toBeNull();
});

test('a bundle says who a session is, and what its names stand for, that began in an earlier one', () => {
  const bodies = story(new TestLog(3));
  const occurring = new Occurring(plainFacts);
  note(occurring, bodies.slice(0, 5));
  occurring.take();
  note(occurring, bodies.slice(5));
  const { sets, statements } = occurring.take();
  expect([sets?.who, sets?.job, sets?.table, statements]).toEqual([
    { values: ['ci-deployer'] },
    { values: ['github/4711/1'] },
    { values: ['invoices', 'payments'] },
    3,
  ]);
});
