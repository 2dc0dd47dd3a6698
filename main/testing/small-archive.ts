/** A small archive on disk, written as a gateway's shipper writes it. */
import { noteOwnArchive } from '../../gateway/archive/own-archives.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting, TestLog } from '../../gateway/archive/testing.ts';
import { userFolder } from '../../gateway/config.ts';

/** One session of the CI agent in the folder `path`: a SELECT of two rows, then a DELETE that fails. Its id, as hex. */
export function writeSmallArchive(path: string): string {
  const log = new TestLog(7);
  const session = log.session(1);
  const writer = openSqliteWriter({ path, ...testWriting() });
  try {
    for (const body of [
      log.event('logOpened'),
      session.event('sessionOpened'),
      session.event('identity'),
      session.event('ciContext'),
      session.query('SELECT id FROM orders'),
      session.outcome({ tag: 'SELECT 2', rows: 2 }),
      session.query('DELETE FROM orders WHERE nope'),
      session.outcome({ status: 'failed' }),
      session.event('sessionClosed'),
    ]) {
      writer.append(body);
    }
    writer.commit();
  } finally {
    writer.close();
  }
  noteOwnArchive(userFolder(process.env), path);
  return session.hex;
}
