/** An archive of several volumes, written as a gateway's shipper writes it. */
import type { FactsOf } from '../../gateway/archive/archive.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { plainFacts, TestLog, type TestSession, testWriting } from '../../gateway/archive/testing.ts';

/** Ids of its sessions, hex; `long` lies in all volumes. */
export interface Rolled {
  readonly log: TestLog;
  /** One in each volume. */
  readonly own: readonly string[];
  readonly long: string;
}

/** How far the volumes lie apart, µs. */
const DAY = 86_400e6;

/**
 * A log of so many volumes, all but the last sealed: in each a session of `agent-<n>` with statements on table `t<n>`, and a statement
 * of a session that goes on through all. A day lies between two volumes.
 */
export function writeRolled(path: string, volumes: number, factsOf: FactsOf = plainFacts): Rolled {
  const log = new TestLog(3, Date.UTC(2026, 9, 1) * 1000);
  const writer = openSqliteWriter({ path, ...testWriting(factsOf) });
  const own: string[] = [];
  writer.append(log.event('logOpened', { boot: 1 }));
  const long = log.session(200);
  open(writer.append.bind(writer), long, 'steady');
  for (let number = 0; number < volumes; number++) {
    if (number > 0) {
      log.time += DAY;
      writer.append(log.event('volumeRolled', { number, checkpoint: null, reason: 'age' }));
    }
    const session = log.session(number + 1);
    own.push(session.hex);
    open(writer.append.bind(writer), session, `agent-${number}`);
    for (const text of [`SELECT * FROM t${number}`, `DELETE FROM t${number}`]) {
      writer.append(session.query(text));
      writer.append(session.outcome({ rows: number }));
    }
    writer.append(session.event('sessionClosed', { outcome: 'completed' }));
    writer.append(long.query(`SELECT ${number} FROM everywhere`));
    writer.append(long.outcome({}));
    writer.commit();
    while (writer.index(50).more);
  }
  writer.append(long.event('sessionClosed', { outcome: 'disconnected' }));
  writer.commit();
  writer.close();
  return { log, own, long: long.hex };
}

function open(append: (body: Uint8Array) => void, session: TestSession, subject: string): void {
  append(session.event('sessionOpened'));
  append(session.event('identity', { subject, fingerprint: Buffer.alloc(32, session.id[1] ?? 0) }));
  append(session.event('ciContext', { run: subject, job: '1' }));
}
