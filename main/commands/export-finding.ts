/** `auditorium export --finding N`: what of an archive a finding of its case rests on, and the finding itself. */
import { existsSync } from 'node:fs';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { readOrMakeKey } from '../../gateway/archive/key-file.ts';
import { Casework } from '../casework/casework.ts';
import { type ToldFinding, toldFinding } from '../exports/finding/told-finding.ts';
import type { Format } from '../exports/format.ts';
import { CommandError } from '../failure.ts';
import { findCase } from '../found-case.ts';
import { caseKeyPath, caseOf, casesFolder } from '../open-case.ts';
import { userName } from '../user-name.ts';

interface FindingCommand {
  readonly archive: string;
  readonly format: Format;
  /** Its number, as people say it. */
  readonly finding: number;
  /** A path, or a name; absent: the archive’s own case. */
  readonly case?: string;
}

/** Reads it from the case, and notes there that it went out. */
export async function findingOf(reader: ArchiveReader, command: FindingCommand): Promise<ToldFinding> {
  const { format, finding: number } = command;
  const casework = new Casework({
    path: await casePath(reader, command),
    archive: reader,
    signer: readOrMakeKey(caseKeyPath(process.env)).signer,
    name: async () => userName(),
    now: Date.now,
  });
  try {
    const found = (await casework.findings()).find((one) => one.number === number);
    if (found === undefined)
      throw new CommandError(
        'FINDING_NOT_FOUND',
        `the case has no finding ${number}: its findings are numbered from 1, as the window shows them`,
      );
    const told = await toldFinding(found.id, reader, casework);
    if (told.sessions.length === 0)
      throw new CommandError(
        'NOTHING_SELECTED',
        `the archive holds none of the sessions that finding ${number} rests on: nothing was exported`,
      );
    await casework.note('exported', `${format}: finding ${number}`);
    return told;
  } finally {
    casework.close();
  }
}

async function casePath(reader: ArchiveReader, { archive, case: name }: FindingCommand): Promise<string> {
  if (name !== undefined) return findCase(name);
  const path = await caseOf(reader, archive, casesFolder(process.env));
  if (existsSync(path)) return path;
  throw new CommandError(
    'CASE_NOT_FOUND',
    'this archive has no case here: name one with --case, or open the archive and begin one',
  );
}
