import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { makeKey } from '../../gateway/archive/key-file.ts';
import { plainFacts } from '../../gateway/archive/testing.ts';
import { importFile } from '../imports/import-file.ts';
import { openSource } from '../imports/source-file.ts';
import { exported, opened, selected, temporaryFolder } from './testing/exported.ts';
import { writeHostileArchive } from './testing/hostile-archive.ts';
import { parseCsv, plainCell } from './testing/parse-csv.ts';

/** Imports a file into a new archive. */
async function imported(folder: string, name: string, content: string | Buffer): Promise<string> {
  const file = join(folder, name);
  const into = join(folder, 'imported');
  writeFileSync(file, content);
  const { signer } = makeKey(join(folder, 'import.key'));
  await using source = await openSource(file, Readable.from([]));
  await importFile(source, {
    into,
    signer,
    factsOf: plainFacts,
    now: () => 1_800_000_000_000_000,
    software: 'test 1',
  });
  return into;
}

test('what the source of an import does not know is said to be not recorded, and never shown as nothing', async () => {
  const folder = temporaryFolder();
  const line =
    '2026-11-22 09:00:00.000 UTC,"agent","shop",7,"10.0.0.1:5",6a.7,1,"SELECT",2026-11-22 08:00:00 UTC,1/1,0,LOG,00000,"statement: select 1 from t",,,,,,,,,"ci"\n';
  const archive = await opened(await imported(folder, 'postgresql.csv', line));
  const [head = [], cells = []] = parseCsv((await exported(archive, 'csv')).toString());
  const row = Object.fromEntries(head.map((name, i) => [name, plainCell(cells[i] ?? '')]));
  const html = (await exported(archive, 'html')).toString();
  expect([row['agent'], row['rows'], row['text'], /<dt>Agent<\/dt><dd>not recorded/.test(html)]).toEqual([
    'not recorded',
    'not recorded',
    'select 1 from t',
    true,
  ]);
});

test('an exported recording is one that can be imported, frame by frame', async () => {
  const folder = temporaryFolder();
  const { plain } = writeHostileArchive(join(folder, 'archive'));
  const selection = selected('', plain);
  const cast = await exported(await opened(join(folder, 'archive')), 'asciicast', { selection });
  const again = await exported(await opened(await imported(folder, 'session.cast', cast)), 'asciicast');
  const events = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .slice(1)
      .filter((line) => !line.startsWith('#'))
      .map((line) => JSON.parse(line) as [number, string, string])
      .filter(([, code]) => code !== 'r')
      .map(([, code, data]) => [code, data]);
  expect(events(again.toString()).filter(([, data]) => !data?.startsWith('\u001b[90m-- '))).toEqual(
    events(cast.toString()).filter(([, data]) => !data?.startsWith('\u001b[90m-- ')),
  );
});
