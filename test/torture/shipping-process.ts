/**
 * A recorder with its shipper and volume in one process, to be traced: agents at work, every event shipped and freed from
 * the spool as soon as the volume has it. Promises are written to a file as they are made. Arguments: the folder, and the
 * `synchronous` that SQLite is to have, whatever the volume asks for.
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting } from '../../gateway/archive/testing.ts';
import { NODE_DISK } from '../../gateway/recorder/disk.ts';
import { Shipper } from '../../gateway/recorder/shipper.ts';
import { runAgents } from './agents.ts';
import { openRun } from './spool-run.ts';

const [root = '', synchronous = 'FULL'] = process.argv.slice(2);
adapt(synchronous);

const promises = openSync(join(root, 'promises'), 'a');
const ack = (events: number) => void writeSync(promises, `ack ${events - 1}\n`);
const { spool, recorder } = await openRun(join(root, 'spool'), 'intent', NODE_DISK, { limit: 1 << 20 });
const writer = openSqliteWriter({ path: join(root, 'archive'), ...testWriting(() => []) });
const shipper = new Shipper(join(root, 'spool'), writer);
for (let i = 0; i < 12; i++) {
  await runAgents(recorder, { agents: 3, statements: 6, promises: { forwarded: ack, answered: () => {} } });
  while (shipper.ship(spool.durable));
  await spool.release(shipper.position);
}
process.exit();

/** Lets SQLite promise what we say and the volume believe otherwise; copies the WAL back often, so that cuts hit that too. */
function adapt(to: string): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with the `this` it was called with
  const { pragma } = Database.prototype;
  Database.prototype.pragma = function (this: Database.Database, source, options) {
    if (source === 'synchronous' && options !== undefined) return 2;
    if (source.startsWith('wal_autocheckpoint'))
      return pragma.call(this, 'wal_autocheckpoint = 100', options);
    return pragma.call(this, source === 'synchronous = FULL' ? `synchronous = ${to}` : source, options);
  };
}
