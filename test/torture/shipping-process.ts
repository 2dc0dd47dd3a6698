/**
 * A recorder with its shipper and volumes in one process, to be traced: agents at work, every event shipped and freed from the
 * spool as soon as a volume has it, volumes rolled and sealed as it goes, checkpoints left with somebody else. Promises are
 * written to a file as they are made. Arguments: the folder, the `synchronous` that SQLite is to have, whatever the volume asks
 * for, the durability, and `syncs` where the shipper is to make the spool durable.
 */
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { testWriting } from '../../gateway/archive/testing.ts';
import { NODE_DISK } from '../../gateway/recorder/disk.ts';
import { OwnSyncs } from '../../gateway/recorder/own-syncs.ts';
import type { Durability } from '../../gateway/recorder/recorder.ts';
import { Shipper } from '../../gateway/recorder/shipper.ts';
import { runAgents } from './agents.ts';
import { LOG, openRun } from './spool-run.ts';

const [root = '', synchronous = 'FULL', durability = 'intent', syncs = ''] = process.argv.slice(2);
adapt(synchronous);

const promises = openSync(join(root, 'promises'), 'a');
const say = (line: string) => void writeSync(promises, `${line}\n`);
const inProcess = durability === 'process';
// What is forwarded in mode `process` may be lost with the machine.
const ack = (events: number) => (inProcess ? undefined : say(`ack ${events - 1}`));
const { spool, recorder } = await openRun(join(root, 'spool'), durability as Durability, NODE_DISK, {
  limit: 1 << 20,
});
const writer = openSqliteWriter({
  path: join(root, 'archive'),
  ...testWriting(() => []),
  treeFile: join(root, 'spool', 'tree'),
});
const shipper = new Shipper(join(root, 'spool'), writer, syncs === 'syncs' ? new OwnSyncs() : null);
const long = recorder.session();
long.record('sessionOpened', {
  connection: 'shop',
  user: 'agent',
  applicationName: '',
  clientAddress: '127.0.0.1',
  clientPort: 1,
  tls: false,
  protocol: '3.0',
  durability,
});
for (let i = 0; i < 12; i++) {
  await runAgents(recorder, { agents: 3, statements: 6, promises: { forwarded: ack, answered: () => {} } });
  long.record('notice', { severity: 'NOTICE', sqlstate: '00000', message: Buffer.from(String(i)) });
  if (i % 4 === 3) recorder.record('volumeRolled', { number: (i + 1) / 4, checkpoint: null, reason: 'size' });
  recorder.write();
  while (shipper.ship(inProcess ? spool.written : spool.durable));
  say(`anchored ${Buffer.from(writer.checkpoint(LOG)?.note ?? '').toString('base64')}`);
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
