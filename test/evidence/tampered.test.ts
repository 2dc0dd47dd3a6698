import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPublicKeys } from '../../gateway/archive/key-file.ts';
import { projectionProblems } from '../../gateway/archive/sqlite/projection-problems.ts';
import { verifyArchive } from '../../gateway/archive/sqlite/verify/verify.ts';
import { plainFacts } from '../../gateway/archive/testing.ts';
import { readAnchors } from '../../main/anchor-file.ts';
import type { Finding } from '../../shared/recording/verdict.ts';
import { joined } from './damage.ts';
import { tamperedArchives, type TamperedArchive } from './tampered.ts';

let folder: string;
const archives: TamperedArchive[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditorium-tampered-'));
  archives.push(...tamperedArchives(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what was done to an archive is found out, and where', () => {
  const found = archives.map(({ name, path, keys, anchors, verdict }) => {
    const report = verifyArchive({
      path,
      keys: keys.flatMap(readPublicKeys),
      anchors: anchors.flatMap(readAnchors),
      needSeals: false,
      now: Date.now() * 1_000,
      projectionProblems: projectionProblems(plainFacts, folder),
    });
    return {
      name,
      verdict: report.verdict,
      events: eventsOf(report.findings.filter((finding) => finding.verdict === verdict)),
    };
  });
  expect(found).toEqual(
    archives.map(({ name, verdict, events }) => ({ name, verdict, events: joined(events) })),
  );
});

/** All events that findings name, as runs. */
function eventsOf(findings: readonly Finding[]) {
  return joined(
    findings.flatMap(({ event, lastEvent }) =>
      event === undefined ? [] : [[event, lastEvent ?? event] as const],
    ),
  );
}
