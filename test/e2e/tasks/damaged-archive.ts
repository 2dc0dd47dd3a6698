/** An archive that was damaged: what is wrong is in sight, and what still verifies is shown. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Hands, Keys } from './person.ts';
import type { Stage } from './stage.ts';

const NOTICE =
  /CORRUPT\s+.*this is not what was signed\. \d+ events did not verify, or cannot be read, and are not shown\./s;
const DETAILS = /CORRUPT\s+the events of segment \d+ of session \d+ cannot be unpacked/;

/** The release's session lies before the damage. */
const GOOD = /ci-deployer github\/4711\/1 16 /;

/** Copies the volumes of the demo's log, and flips a bit in the events of its person's session. */
export async function damagedCopy(stage: Stage): Promise<string> {
  const copy = join(stage.folder, 'damaged');
  await mkdir(copy);
  const own = (await readdir(stage.archive)).filter((name) => !stage.others.includes(name));
  for (const name of own) await cp(join(stage.archive, name), join(copy, name));
  const volume = own.find((name) => name.endsWith('.audit')) ?? '';
  closeLog(join(copy, volume));
  flip(join(copy, volume));
  return copy;
}

/** A window that still has the archive open keeps what was written last beside the volume. */
function closeLog(volume: string): void {
  const db = new Database(volume);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

/** The person's session, the eighteen statements of psql, is the longest segment behind the release. */
function flip(volume: string): void {
  const db = new Database(volume, { readonly: true });
  const blob = db
    .prepare<[], Buffer>('SELECT events FROM segment ORDER BY length(events) DESC LIMIT 1')
    .pluck()
    .get();
  db.close();
  if (blob === undefined) throw new Error(`${volume} holds no segment`);
  const at = readFileSync(volume).indexOf(blob.subarray(0, 64)) + 32;
  const file = openSync(volume, 'r+');
  writeSync(file, Buffer.of((blob[32] ?? 0) ^ 1), 0, 1, at);
  closeSync(file);
}

export async function byHand(hands: Hands): Promise<void> {
  await hands.sees('sent', NOTICE);
  await hands.press(/Integrity: CORRUPT/);
  await hands.seesDialog(DETAILS);
  await hands.press(/Integrity: CORRUPT/);
  await hands.filters('run:4711');
  await hands.seesRows('session-row', [GOOD]);
  await hands.row('session-row', '4711', { twice: true });
  await hands.press('End');
  await hands.sees('position', 'statement 16/16');
  await hands.sees('terminal-text', 'SELECT count(*) FROM orders');
}

export async function byKeys(keys: Keys): Promise<void> {
  await keys.sees('sent', NOTICE);
  await keys.tabTo(/Integrity: CORRUPT/);
  await keys.press('Enter');
  await keys.seesDialog(DETAILS);
  await keys.closes();
  await keys.filters('run:4711');
  await keys.seesRows('session-row', [GOOD]);
  await keys.press('j', 'Enter');
  await keys.sees('position', 'before the first statement');
  await keys.press('End');
  await keys.sees('position', 'statement 16/16');
  await keys.sees('terminal-text', 'SELECT count(*) FROM orders');
}
