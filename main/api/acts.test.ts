import { OpenAPIHono } from '@hono/zod-openapi';
import { beforeEach, expect, test } from 'vitest';
import { EVERYTHING } from '../../shared/api/permission.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { Casework } from '../casework/casework.ts';
import { caseFolder, closingAfterTest } from '../casework/testing/case-folder.ts';
import { createApp } from '../app.ts';
import { noteActs } from './acts.ts';
import { FakeReader, SESSION } from '../testing/fake-reader.ts';

let casework: Casework;
let app: (request: Request) => Promise<Response>;
beforeEach(async () => {
  casework = (await caseFolder()).open('a.case');
  app = createApp({
    reader: new FakeReader(),
    kind: 'browser',
    version: '1.2.3',
    authorise: () => EVERYTHING,
    casework,
    closing: closingAfterTest(),
    report: () => undefined,
  });
});

async function ask(path: string, body?: object): Promise<number> {
  const init =
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        };
  return (await app(new Request(`http://host${path}`, init))).status;
}

/** What was noted, the oldest first. */
const noted = () =>
  casework
    .log({ limit: 100 })
    .items.toReversed()
    .map(({ kind, what, session }) => [kind, what, session]);

test('what is searched for, viewed and taken out is noted, and the same again within minutes is not', async () => {
  for (let twice = 0; twice < 2; twice++) {
    await ask('/api/sessions?filter=verb:delete');
    await ask('/api/statements?filter=verb:delete');
    await ask('/api/statements?filter=masked:email&limit=5');
    await ask('/api/sessions?filter=');
    await ask(`/api/sessions/${SESSION}/segments/0`);
  }
  await ask('/api/case/file');
  await ask('/api/case/acts', { act: 'revealed', session: SESSION, what: 'email in row 3' });
  expect(noted()).toEqual([
    ['searched', 'Searched for verb:delete', null],
    ['searched', 'Searched for masked:email', null],
    ['viewed', 'Viewed a session', SESSION],
    ['exported', 'Exported the case', null],
    ['revealed', 'Looked at in full: email in row 3', SESSION],
  ]);
});

test('what was refused was not done', async () => {
  expect([
    await ask('/api/sessions?filter=verbs:x'),
    await ask(`/api/sessions/${SESSION}/segments/9`),
    await ask('/api/exports', { format: 'docx' }),
    noted(),
  ]).toEqual([400, 404, 400, []]);
});

test('what was taken out of the record is not repeated in the log, and a look at it is no act', async () => {
  const gateway = new OpenAPIHono();
  noteActs(gateway, casework, Date.now);
  const remote = { destroyed: 0, left: 0, keys: false };
  const told = { payloads: 1, kinds: {}, sessions: 1, gone: 0, elsewhere: [], remote };
  gateway.openapi(ROUTES.redact, (c) => c.json(told, 200));
  gateway.openapi(ROUTES.endSession, (c) => c.json({}, 200));
  app = async (request) => gateway.fetch(request);
  const redaction = { session: SESSION, sequence: 3, field: 'text', value: '4111', reason: 'ticket 812' };
  await ask('/api/redactions', { ...redaction, apply: false });
  await ask('/api/redactions', { ...redaction, apply: true });
  for (let twice = 0; twice < 2; twice++) await ask(`/api/sessions/${SESSION}/end`, { reason: 'runs amok' });
  expect(noted()).toEqual([
    ['redacted', 'Redacted: ticket 812', SESSION],
    ['ended', 'Ended a live session: runs amok', SESSION],
    ['ended', 'Ended a live session: runs amok', SESSION],
  ]);
});
