/** `auditorium case verify`: whether a case is what its authors signed, and whether an archive still has what it stands on. */
import { readFileSync } from 'node:fs';
import type { Anchor, AnchorStanding } from '../../shared/findings/anchor.ts';
import { isCaseBytes, readCase } from '../../shared/findings/case-bytes.ts';
import { chainProblems } from '../../shared/findings/chains.ts';
import type { CaseEntry, SignedEntry } from '../../shared/findings/entry.ts';
import { grouped } from '../../shared/recording/describe.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { VERDICTS } from '../../shared/recording/verdict.ts';
import { openReader } from '../archives.ts';
import { Anchors } from '../casework/anchors.ts';
import { CaseFile } from '../casework/case-file.ts';
import { atOnce } from '../casework/in-turns.ts';
import { type Kept, signatureProblem, vet } from '../casework/vetting.ts';
import { findCase } from '../found-case.ts';
import { note, print, printJson } from '../terminal.ts';

export interface VerifyCaseOptions {
  readonly archive?: string;
  readonly json: boolean;
}

/** Prints what it found; the exit status of the process says whether all of it verifies. */
export async function verifyCase(name: string | null, { archive, json }: VerifyCaseOptions): Promise<void> {
  const path = findCase(name);
  const { good, refused } = atOnce(vet(signedIn(path), () => false));
  const entries = good.map(({ entry }) => entry);
  const problems = [...refused, ...signatures(good), ...chainProblems(entries, Date.now() * 1000)];
  const standings = archive === undefined ? null : await standingsIn(archive, entries);
  const authors = authorsOf(entries);
  if (problems.length > 0 || (standings?.differs ?? 0) > 0) process.exitCode = VERDICTS.CORRUPT;
  if (json) return printJson({ path, entries: entries.length, authors, problems, standings });
  print(
    `${path}: ${grouped(entries.length)} entries, ${problems.length === 0 ? 'all verify' : 'NOT ALL VERIFY'}`,
  );
  for (const author of authors)
    print(`  ${grouped(author.entries)} of ${visibleLine(author.name, 60)}, key ${author.key}`);
  for (const problem of problems) print(`  ${problem}`);
  if (standings !== null) {
    const { holds, absent, differs } = standings;
    print(
      `  of what they stand on the archive holds ${grouped(holds)}, lacks ${grouped(absent)}, has another in place of ${grouped(differs)}`,
    );
  }
  note(
    'that a key is whose name it bears, only its owner can tell; entries cut off the end of a chain leave no trace',
  );
}

/** Of a case in use, or of an exported one. */
function signedIn(path: string): SignedEntry[] {
  const bytes = readFileSync(path);
  if (isCaseBytes(bytes)) return readCase(bytes);
  const file = CaseFile.open(path, { make: false });
  try {
    return file.after(0);
  } finally {
    file.close();
  }
}

function signatures(good: readonly Kept[]): string[] {
  return good.flatMap((kept) => signatureProblem(kept) ?? []);
}

function authorsOf(entries: readonly CaseEntry[]): { name: string; key: string; entries: number }[] {
  return [...Map.groupBy(entries, ({ author }) => author.key)].map(([key, own]) => ({
    name: own.at(-1)?.author.name ?? '',
    key,
    entries: own.length,
  }));
}

async function standingsIn(
  archive: string,
  entries: readonly CaseEntry[],
): Promise<Readonly<Record<AnchorStanding, number>>> {
  const anchors = entries.flatMap(({ body }): Anchor[] => ('anchor' in body ? [body.anchor] : []));
  const counts = { holds: 0, absent: 0, differs: 0 };
  const reader = await openReader(archive);
  try {
    for (const standing of await new Anchors(reader, Date.now).standings(anchors)) counts[standing]++;
  } finally {
    await reader.close();
  }
  return counts;
}
