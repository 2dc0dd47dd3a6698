/** Small archives that mutations begin with: whole, signed with one key, and verified. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { plainFacts, TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { randomLog } from '../evidence/random-log.ts';
import type { Dice } from '../torture/dice.ts';

/** Files of an archive's folder by name. */
export type Base = ReadonlyMap<string, Buffer>;

/** Events in all: enough for several sessions at once, few enough to be opened thousands of times. */
const EVENTS = 60;

/** Writes an archive of one volume, or of two where `rolled`, into the empty folder `path`. */
export function makeBase(path: string, dice: Dice, rolled: boolean): Base {
  const { log, bodies } = randomLog(dice, EVENTS, { rollsAt: rolled ? [EVENTS / 2] : [] });
  const writer = openSqliteWriter({ path, factsOf: plainFacts, signer: TEST_SIGNER, now: () => log.time });
  for (const [i, body] of bodies.entries()) {
    writer.append(body);
    if (i % 20 === 0) writer.commit();
  }
  writer.commit();
  writer.close();
  return new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name))]));
}
