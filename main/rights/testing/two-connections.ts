/** An archive of two connections, what people wrote about both, and the words that only the other one's sessions have; for tests. */
import type { ArchiveWriter } from '../../../gateway/archive/archive.ts';
import { TestLog } from '../../../gateway/archive/testing.ts';

/** What somebody who sees `shop` alone may never be told, in any answer. */
export const SECRETS = ['ledger', 'vault', 'hushed', 'mallory'];

/** The ids of a session of each, as hex. */
export interface TwoConnections {
  readonly own: string;
  readonly other: string;
}

export function recordTwoConnections(writer: ArchiveWriter): TwoConnections {
  const log = new TestLog(9);
  const own = log.session(1);
  const other = log.session(2);
  const third = log.session(3);
  const bodies = [
    log.event('logOpened'),
    own.event('sessionOpened', { connection: 'shop' }),
    own.event('identity'),
    own.event('ciContext'),
    own.query('SELECT id FROM orders'),
    own.outcome({ rows: 2 }),
    other.event('sessionOpened', { connection: 'ledger', user: 'mallory' }),
    other.event('identity', { subject: 'mallory' }),
    other.query('SELECT hushed FROM vault'),
    other.outcome({ rows: 70_707 }),
    other.query("DELETE FROM vault WHERE name = 'hushed'"),
    other.outcome({ status: 'failed' }),
    other.event('sessionClosed'),
    third.event('sessionOpened', { connection: 'ledger', user: 'mallory' }),
    own.query('DELETE FROM orders'),
    own.outcome({ status: 'failed' }),
    own.event('sessionClosed'),
    third.event('sessionClosed'),
  ];
  for (const body of bodies) writer.append(body);
  writer.commit();
  while (writer.index(100).more);
  return { own: own.hex, other: other.hex };
}
