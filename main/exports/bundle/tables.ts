/** The tables of a bundle, written in one go through the record. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { SESSIONS, STATEMENT_LINES, STATEMENTS } from '../../../gateway/archive/bundle/bundle-files.ts';
import { BufferedFile } from '../buffered-file.ts';
import { type ExportOptions, type Tally, TOLD_EVERY } from '../export.ts';
import { lineWriter } from '../export-lines.ts';
import { SESSION_HEADER, sessionLine } from '../lines/sessions-csv.ts';
import { piecesOf, type Source } from '../pieces.ts';
import type { RecordedSession } from '../../../gateway/archive/lines/record.ts';
import { selectedSessions } from '../selection.ts';

/** Writes them into the folder, by the names of their entries. */
export async function writeTables(archive: Source, options: ExportOptions, folder: string): Promise<Tally> {
  const { selection, progress, signal } = options;
  const opened = await Promise.all(
    [SESSIONS, STATEMENTS, STATEMENT_LINES].map((name) => open(join(folder, name), 'wx', 0o600)),
  );
  const [sessionFile, csvFile, jsonFile] = opened.map((file) => new BufferedFile(file)) as [
    BufferedFile,
    BufferedFile,
    BufferedFile,
  ];
  const how = { ...options, filter: selection.filterText, trees: new Map() };
  const csv = lineWriter('csv', how);
  const json = lineWriter('jsonl', how);
  let [sessions, statements] = [0, 0];
  try {
    await sessionFile.write(SESSION_HEADER);
    await csvFile.write(csv.head);
    await jsonFile.write(json.head);
    for await (const row of selectedSessions(archive, selection)) {
      let session: RecordedSession | null = null;
      for await (const piece of piecesOf(archive, row, { filter: selection.filter, rows: true })) {
        signal?.throwIfAborted();
        ({ session } = piece);
        await csvFile.write(csv.line(piece));
        await jsonFile.write(json.line(piece));
        if (piece.kind === 'statement' && ++statements % TOLD_EVERY === 0) progress({ sessions, statements });
      }
      if (session !== null) await sessionFile.write(sessionLine(session));
      sessions++;
      progress({ sessions, statements });
    }
    for (const file of [sessionFile, csvFile, jsonFile]) await file.flush();
  } finally {
    await Promise.all(opened.map((file) => file.close()));
  }
  return { sessions, statements };
}
