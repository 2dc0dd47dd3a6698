import { expect, test } from 'vitest';
import { createClient } from '../../shared/api/client.ts';
import type { ApiError } from '../../shared/api/error.ts';
import { EVERYTHING } from '../../shared/api/permission.ts';
import { createApp } from '../app.ts';
import {
  ADA,
  type CaseFolder,
  caseFolder,
  closingAfterTest,
  person,
  placeIn,
} from '../casework/testing/case-folder.ts';

/** A client of a host with that case open. */
function clientOf({ archive, open }: CaseFolder, name: string, who = ADA) {
  const app = createApp({
    reader: archive,
    kind: 'browser',
    version: '1.2.3',
    authorise: () => EVERYTHING,
    casework: open(name, who),
    closing: closingAfterTest(),
    report: () => undefined,
  });
  return createClient({
    fetch: (path, init) => app(new Request(`http://host${path}`, init)),
    base: '',
    wait: async () => undefined,
  });
}

/** The code and words of what a call was refused with. */
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => null,
    ({ code, message }: ApiError) => [code, message],
  );

test('a finding is made, judged, taken to a colleague and changed there', async () => {
  const folder = await caseFolder();
  const { session } = folder;
  const [ada, bo] = [clientOf(folder, 'a.case'), clientOf(folder, 'b.case', person('Bo'))];
  const note = await ada.annotate({ place: placeIn(session, { sequence: 3 }), text: 'look' });
  await ada.annotate({ place: null, parent: note.id, text: 'I do' });
  const made = await ada.makeFinding({ title: 'Deleted', places: [placeIn(session, { sequence: 5 })] });
  await ada.review({ sessions: [session], verdict: 'suspicious' });
  const file = Buffer.from(await ada.exportCase()).toString('base64');
  const merged = await bo.mergeCase({ file });
  await bo.changeFinding({ id: made.id, status: 'confirmed' });
  const back = Buffer.from(await bo.exportCase()).toString('base64');
  await ada.mergeCase({ file: back });
  const found = await ada.finding({ id: made.id });
  expect([
    merged.added,
    (await bo.annotations({ session })).items.map(({ text }) => text),
    (await bo.reviews()).items.map(({ verdict }) => verdict),
    [found.status, found.evidence[0]?.standing, found.history[0]?.author.name],
    (await ada.caseInfo()).authors.map(({ name }) => name),
  ]).toEqual([5, ['look', 'I do'], ['suspicious'], ['confirmed', 'holds', 'Bo'], ['Ada', 'Bo']]);
});

test('what cannot be written is refused with its own code', async () => {
  const folder = await caseFolder();
  const ada = clientOf(folder, 'a.case');
  const absent = 'ff'.repeat(32);
  expect([
    await refusal(ada.annotate({ place: null, text: 'nowhere' })),
    await refusal(ada.changeAnnotation({ id: absent, text: 'x' })),
    await refusal(ada.finding({ id: absent })),
    await refusal(ada.mergeCase({ file: Buffer.from('SQLite format 3').toString('base64') })),
    await refusal(ada.caseLog({ after: 'x' })),
    await refusal(ada.makeFinding({ title: '' })),
    (await ada.caseInfo()).entries,
  ]).toEqual([
    ['BAD_REQUEST', 'a note has a place, or answers another'],
    ['NOT_FOUND', `the case has no note ${absent}`],
    ['NOT_FOUND', `the case has no finding ${absent}`],
    ['BAD_REQUEST', 'this is no case: auditorium case export writes such files'],
    ['BAD_REQUEST', 'this cursor is of no page'],
    ['BAD_REQUEST', expect.stringMatching(/^title: /)],
    0,
  ]);
});

test('a narrative of 20,000 characters fits, whatever they are', async () => {
  const ada = clientOf(await caseFolder(), 'a.case');
  const narrative = '😀'.repeat(10_000);
  const { id } = await ada.makeFinding({ title: 'long', narrative });
  expect((await ada.finding({ id })).narrative).toBe(narrative);
});
