import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyBundle } from '../../../gateway/archive/bundle/verify-bundle.ts';
import { redactVolume } from '../../../gateway/archive/sqlite/redact.ts';
import { plainFacts, TEST_SIGNER } from '../../../gateway/archive/testing.ts';
import { eventsOf } from '../../session-events.ts';
import { findSession } from '../selection.ts';
import { unpacked } from '../testing/bundle-content.ts';
import { exported, exportedBundle, opened, selected, temporaryFolder } from '../testing/exported.ts';
import { writeHostileArchive } from '../testing/hostile-archive.ts';
import { pythonVerdict } from '../testing/python-verdict.ts';

const SECRET = 'select id, email from public.users';

/** An archive in which a statement's text and the rows of its result were taken out. */
async function redactedArchive(folder: string): Promise<string> {
  const { plain } = writeHostileArchive(folder);
  const archive = await opened(folder);
  const { id } = await findSession(archive, plain);
  const redactions = [];
  for await (const { event, payloads } of eventsOf(archive, id)) {
    for (const field of ['text', 'answer']) {
      const value = payloads[field];
      const isFirst = 'statement' in event.fields && event.fields.statement === 1;
      if (!value || !isFirst) continue;
      const why = { by: 'ada@example.com', reason: 'a court said so', remainder: null };
      redactions.push({ index: event.index, field, length: value.length, time: event.time, ...why });
    }
  }
  const volume = readdirSync(folder).find((name) => name.endsWith('.audit')) ?? '';
  redactVolume(join(folder, volume), redactions, { factsOf: plainFacts, keys: { signer: TEST_SIGNER } });
  return plain;
}

test('what was taken out is so in a bundle, whose other events are proven, and is in none of its renderings', async () => {
  const folder = temporaryFolder();
  const plain = await redactedArchive(join(folder, 'archive'));
  const path = join(folder, 'redacted.zip');
  await exportedBundle(await opened(join(folder, 'archive')), path, { selection: selected('', plain) });
  const { verdict, findings, logs } = await verifyBundle({
    path,
    keys: [TEST_SIGNER.publicKey],
    anchors: [],
  });
  const holding = [...(await unpacked(path))]
    .filter(([, bytes]) => bytes.includes(SECRET))
    .map(([name]) => name);
  expect([
    verdict,
    pythonVerdict(path, TEST_SIGNER.publicKey, 'VERIFIED_WITH_REDACTIONS'),
    findings.map(({ message }) => message.slice(0, message.indexOf(' on '))),
    logs.map(({ redactions }) => redactions),
    holding,
  ]).toEqual([
    'VERIFIED_WITH_REDACTIONS',
    'VERIFIED_WITH_REDACTIONS',
    [
      'the value of text was taken out by ada@example.com',
      'the value of answer was taken out by ada@example.com',
    ],
    [2],
    [],
  ]);
});

test('every format says that it was taken out', async () => {
  const folder = temporaryFolder();
  const plain = await redactedArchive(folder);
  const archive = await opened(folder);
  const selection = selected('', plain);
  const said = [];
  for (const format of ['csv', 'jsonl', 'ocsf', 'ecs', 'cef', 'html', 'asciicast'] as const) {
    const text = (await exported(archive, format, { selection })).toString();
    said.push([format, text.includes('redacted'), text.includes(SECRET)]);
  }
  expect(said.filter(([, says, holds]) => says !== true || holds !== false)).toEqual([]);
});
