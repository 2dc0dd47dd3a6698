/** An archive in which a value is that should not be there, and all that its files hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { TEST_SIGNER, TestLog, testWriting } from '../../testing.ts';
import { openSqliteWriter } from '../writer.ts';

/** A number that should never have been recorded. */
export const SECRET = '4111111111111111';
export const PREPARED = `select '${SECRET}' from cards where x = 'alpha'`;
export const QUERIED = `delete from cards where number = '${SECRET}' and ref = 'beta'`;

/** A log of two volumes, closed unless `open`: a session goes on from one to the other with a text that was prepared in the first. */
export function recordLeak(folder: string, { isOpen = false } = {}): void {
  const log = new TestLog(5);
  const writer = openSqliteWriter({ path: folder, ...testWriting() });
  const session = log.session(1);
  writer.append(log.event('logOpened'));
  writer.append(log.event('signingKey', { key: TEST_SIGNER.publicKey, previous: null, reason: 'begun' }));
  writer.append(session.event('sessionOpened'));
  writer.append(session.event('parse', { name: 's', text: Buffer.from(PREPARED) }));
  writer.append(session.query(QUERIED));
  const row = Buffer.from(dataRow(SECRET));
  const rows = { statement: 1, ordinal: 0, rows: 0, continued: true, describedAt: null };
  writer.append(session.event('rows', { ...rows, answer: row.subarray(0, 18) }));
  writer.append(session.outcome({ tag: 'DELETE 1', rows: 1, answer: row.subarray(18) }));
  writer.commit();
  writer.append(log.event('volumeRolled', { number: 1, checkpoint: null, reason: 'time' }));
  const again = { statement: ++session.statements, protocol: 'extended', name: 's', portal: '', parsedAt: 1 };
  writer.append(session.event('statement', again));
  writer.append(session.outcome({ tag: 'SELECT 1', rows: 1 }));
  writer.append(session.event('sessionClosed'));
  if (!isOpen) writer.append(log.event('logClosed', { sessions: 0 }));
  writer.commit();
  while (writer.index(100).more);
  writer.close();
}

/** DataRow of one column (PostgreSQL manual, §54.7). */
export function dataRow(cell: string): Uint8Array {
  const bytes = Buffer.alloc(11);
  bytes.write('D');
  bytes.writeInt32BE(10 + cell.length, 1);
  bytes.writeInt16BE(1, 5);
  bytes.writeInt32BE(cell.length, 7);
  return Buffer.concat([bytes, Buffer.from(cell)]);
}

/** Names of the volumes in a folder. */
export const volumesIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.audit'));

/** What any file of the folder holds, as bytes and unpacked. */
export function everythingIn(folder: string): Buffer {
  const parts = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  for (const name of volumesIn(folder)) {
    const db = new Database(join(folder, name), { readonly: true });
    const segments = db.prepare<[], Buffer[]>('SELECT events, payloads FROM segment').raw().all();
    parts.push(...segments.flat().map((part) => zstdDecompressSync(part)));
    db.close();
  }
  return Buffer.concat(parts);
}
