import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCase, writeCase } from '../../shared/findings/case-bytes.ts';
import { signEntry } from '../../shared/findings/entry.ts';
import { SessionId } from '../../shared/api/session.ts';
import type { Casework } from './casework.ts';
import { CaseFile } from './case-file.ts';
import { ADA, type CaseFolder, caseFolder, person, placeIn } from './testing/case-folder.ts';

const BO = person('Bo');
const CY = person('Cy');

/** All that two cases have in common when they hold the same entries of people. */
async function said(casework: Casework) {
  const { items } = casework.log({ limit: 500 });
  return {
    annotations: await casework.annotations(),
    findings: await casework.findings(),
    reviews: casework.reviews(),
    log: items.filter(({ kind }) => kind !== 'merged'),
  };
}

function idOf(number: number): SessionId {
  return SessionId.parse(number.toString(16).padStart(32, '0'));
}

/** Something that somebody does; which of their findings or notes is by chance. */
type Deed = 'note' | 'finding' | 'review' | 'change' | 'frame';

async function act(casework: Casework, { session }: CaseFolder, deed: Deed, pick: number): Promise<void> {
  const place = placeIn(session, { sequence: pick % 8 });
  const findings = await casework.findings();
  const finding = findings[pick % Math.max(1, findings.length)];
  if (deed === 'note')
    await casework.annotate({ place, parent: null, text: `${pick}`, tags: [], colour: 'red' });
  else if (deed === 'review')
    await casework.review({ sessions: [session], verdict: 'fine', reason: `${pick}` });
  else if (deed === 'finding' || finding === undefined)
    await casework.makeFinding({ title: `${pick}`, severity: 'low', narrative: '', places: [place] });
  else if (deed === 'change')
    await casework.changeFinding(finding.id, { title: `${pick}`, status: 'confirmed' });
  else await casework.addEvidence(finding.id, [place], `${pick}`);
}

const deeds = fc.array(
  fc.record({
    who: fc.constantFrom(0, 1, 2),
    deed: fc.constantFrom<Deed>('note', 'finding', 'review', 'change', 'frame', 'change', 'frame'),
    pick: fc.nat(20),
    /** Whose case they take in before, if they do. */
    from: fc.constantFrom(0, 1, 2, null, null),
  }),
  { minLength: 3, maxLength: 14 },
);

test('people who take in each other’s cases in any order come to the same', async () => {
  const folder = await caseFolder();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(deeds, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), async (list, order) => {
      round++;
      const cases = [ADA, BO, CY].map((who, i) => folder.open(`${round}-${i}.case`, who));
      for (const { who, deed, pick, from } of list) {
        const [own, other] = [cases[who], from === null ? undefined : cases[from]];
        if (own === undefined) continue;
        if (other !== undefined) await own.merge(other.bytes());
        await act(own, folder, deed, pick);
      }
      const files = cases.map((casework) => casework.bytes());
      for (const [i, casework] of cases.entries())
        for (const from of i === 0 ? order : order.toReversed())
          await casework.merge(files[from] ?? new Uint8Array());
      const [first, ...others] = await Promise.all(cases.map(said));
      for (const other of others) expect(other).toEqual(first);
      for (const casework of cases) expect((await casework.info()).problems).toEqual([]);
    }),
    { numRuns: 3 },
  );
});

test('taking a case in again adds nothing, and says so', async () => {
  const { session, open } = await caseFolder();
  const [ada, bo] = [open('a.case', ADA), open('b.case', BO)];
  await bo.annotate({ place: placeIn(session), parent: null, text: 'x', tags: [], colour: 'red' });
  await bo.note('viewed', '', session);
  const once = await ada.merge(bo.bytes());
  const again = await ada.merge(bo.bytes());
  expect(
    [once, again].map(({ added, known, authors, problems }) => [added, known, authors.length, problems]),
  ).toEqual([
    [2, 0, 1, []],
    [0, 2, 0, []],
  ]);
});

test('a large case comes in while others write, and tells how far it is', async () => {
  const { session, open } = await caseFolder();
  const [ada, bo] = [open('a.case', ADA), open('b.case', BO)];
  await ada.note('searched', 'before');
  await bo.review({ sessions: Array.from({ length: 500 }, (_, i) => idOf(i)), verdict: 'fine', reason: '' });
  const { id } = await bo.makeFinding({ title: 'Bo’s', severity: 'low', narrative: '', places: [] });
  for (let i = 0; i < 4; i++)
    await bo.addEvidence(
      id,
      Array.from({ length: 100 }, () => placeIn(session)),
      '',
    );
  const told: { done: number; total: number }[] = [];
  const merging = { over: false };
  const taken = ada.merge(bo.bytes(), (progress) => told.push(progress)).finally(() => (merging.over = true));
  let between = 0;
  while (!merging.over) {
    await ada.note('searched', `meanwhile ${between++}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { added, problems } = await taken;
  const [finding] = await ada.findings();
  const log = ada.log({ limit: 500 }).items;
  const dones = told.map(({ done }) => done);
  expect([
    [added, problems, finding?.evidence.length, (await ada.reviews()).length],
    between > 3,
    log.filter(({ what }) => what.includes('meanwhile')).length,
    [told[0]?.total, dones.at(-1), dones.toSorted((a, b) => a - b)],
  ]).toEqual([[901, [], 400, 500], true, between, [901, 901, dones]]);
  // What came in stands the same for whoever opens the file next.
  const again = open('a.case', ADA);
  expect(await said(again)).toEqual(await said(ada));
});

test('two cases that are taken in at once both come in', async () => {
  const { session, open } = await caseFolder();
  const [ada, bo, cy] = [open('a.case', ADA), open('b.case', BO), open('c.case', CY)];
  for (const one of [bo, cy])
    await one.addEvidence(
      (await one.makeFinding({ title: 'x', severity: 'low', narrative: '', places: [] })).id,
      Array.from({ length: 100 }, () => placeIn(session)),
      '',
    );
  const merged = await Promise.all([ada.merge(bo.bytes()), ada.merge(cy.bytes()), ada.merge(bo.bytes())]);
  expect([
    merged.reduce((sum, { added }) => sum + added, 0),
    (await ada.findings()).map(({ evidence }) => evidence.length),
    (await ada.info()).problems,
  ]).toEqual([202, [100, 100], []]);
});

test('what does not verify is left out and told; the rest of the file comes in', async () => {
  const { session, open } = await caseFolder();
  const [ada, bo] = [open('a.case', ADA), open('b.case', BO)];
  for (const text of ['one', 'two', 'three'])
    await bo.annotate({ place: placeIn(session), parent: null, text, tags: [], colour: 'red' });
  const signed = readCase(bo.bytes()).map(({ bytes, signature }) => ({
    bytes: Uint8Array.from(bytes),
    signature,
  }));
  const second = Buffer.from(signed[1]?.bytes ?? []);
  signed[1]?.bytes.set(Buffer.from('TWO'), second.indexOf('two'));
  const { added, problems } = await ada.merge(writeCase(signed));
  const key = (await bo.info()).author.key.slice(0, 8);
  expect([added, problems, (await ada.annotations()).map(({ text }) => text)]).toEqual([
    2,
    [
      'entry 1 of Bo is left out: its signature is not good, it was changed after it was written',
      `entry 1 of Bo (key ${key}…) is missing`,
    ],
    ['one', 'three'],
  ]);
});

test('a case that was changed on disk opens with what verifies, and says what does not', async () => {
  const { folder, session, open } = await caseFolder();
  const casework = open('a.case', BO);
  for (const text of ['one', 'two', 'three', 'four'])
    await casework.annotate({ place: placeIn(session), parent: null, text, tags: [], colour: 'red' });
  const db = new Database(join(folder, 'a.case'));
  db.exec('DELETE FROM entry WHERE place = 1');
  db.exec('UPDATE entry SET signature = zeroblob(64) WHERE place IN (2, 4)');
  db.close();
  const again = open('a.case', ADA);
  const { problems } = await again.info();
  const key = (await casework.info()).author.key.slice(0, 8);
  expect([(await again.annotations()).map(({ text }) => text), problems]).toEqual([
    ['two', 'three'],
    [
      'entry 3 of Bo is left out: its signature is not good, it was changed after it was written',
      'entry 1 of Bo has another signature than its own; the entry after it says that it is the same',
      `entry 0 of Bo (key ${key}…) is missing`,
    ],
  ]);
});

test('nobody vouches for an entry in the name of another', async () => {
  const { session, open } = await caseFolder();
  const [ada, bo] = [open('a.case', ADA), open('b.case', BO)];
  await bo.annotate({ place: placeIn(session), parent: null, text: 'mine', tags: [], colour: 'red' });
  const [forged] = readCase(bo.bytes());
  const id = (await bo.annotations())[0]?.id ?? '';
  const body = { kind: 'act', act: 'viewed', session: null, what: '' } as const;
  const head = { chain: '00'.repeat(16), number: 1, previous: id, clock: 9, time: 9, name: 'Cy' };
  const voucher = signEntry({ ...head, body }, CY.signer);
  const unsigned = { bytes: forged?.bytes ?? new Uint8Array(), signature: new Uint8Array(64) };
  const { added, problems } = await ada.merge(writeCase([unsigned, voucher]));
  expect([added, problems[0]]).toEqual([
    1,
    'entry 0 of Bo is left out: its signature is not good, it was changed after it was written',
  ]);
});

test('a case that two copies went on with is told, and both stay', async () => {
  const { folder, open } = await caseFolder();
  const first = open('a.case', BO);
  await first.note('opened', 'x');
  first.close();
  writeFileSync(join(folder, 'b.case'), readFileSync(join(folder, 'a.case')));
  const [one, other] = [open('a.case', BO), open('b.case', BO)];
  await one.note('searched', 'here');
  await other.note('searched', 'there');
  const ada = open('c.case', ADA);
  await ada.merge(one.bytes());
  const { problems } = await ada.merge(other.bytes());
  const searched = ada.log({ limit: 10 }).items.filter(({ kind }) => kind === 'searched');
  expect([problems, searched.map(({ what }) => what).toSorted()]).toEqual([
    [
      expect.stringMatching(
        /^Bo \(key .*\) has 2 entries with number 1: the case was continued from a copy of it$/,
      ),
    ],
    ['Searched for here', 'Searched for there'],
  ]);
});

const refusalOf = (path: string): string => {
  try {
    CaseFile.open(path, { make: false }).close();
    return 'opened';
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message.replaceAll(path, 'X')}`;
  }
};

test('files that are no cases are refused in words, and none is changed', async () => {
  const { folder, open } = await caseFolder();
  const path = join(folder, 'x.case');
  const sqlite = (...statements: string[]): Buffer => {
    const db = new Database(path);
    for (const statement of statements) db.exec(statement);
    db.close();
    return readFileSync(path);
  };
  const own = open('own.case');
  await own.note('opened', 'x');
  const exported = own.bytes();
  own.close();
  const whole = readFileSync(join(folder, 'own.case'));
  const newer = Buffer.from(whole);
  newer.writeUInt32BE(99, 60);
  const files: [string, Uint8Array][] = [
    ['text', Buffer.from('hello')],
    ['exported', exported],
    ['another program’s', sqlite('CREATE TABLE t (a)', 'PRAGMA application_id = 5')],
    ['newer', newer],
    ['half of one', whole.subarray(0, 5000)],
  ];
  const told = files.map(([name, bytes]) => {
    rmSync(path, { force: true });
    writeFileSync(path, bytes);
    const refusal = refusalOf(path);
    return [name, refusal, readFileSync(path).equals(bytes)];
  });
  expect([...told, ['nothing', refusalOf(join(folder, 'absent')).slice(0, 14), true]]).toEqual([
    ['text', 'CASE_UNREADABLE X is no case', true],
    [
      'exported',
      'CASE_UNREADABLE X is an exported case: take it into one of yours with auditorium case merge',
      true,
    ],
    ['another program’s', 'CASE_UNREADABLE X is no case', true],
    ['newer', 'CASE_NEWER the case X is of another version of Auditorium: update this one', true],
    ['half of one', 'CASE_UNREADABLE the case X cannot be read: database disk image is malformed', true],
    ['nothing', 'CASE_NOT_FOUND', true],
  ]);
});
