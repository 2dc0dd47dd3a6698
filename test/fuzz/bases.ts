/** Small archives that mutations begin with: whole, signed with one key, and verified. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { plainFacts, TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { randomLog } from '../evidence/random-log.ts';
import type { Dice } from '../torture/dice.ts';

/** Files of an archive's folder by name. */
export type Base = ReadonlyMap<string, Buffer>;

/** Events when the last session begins. */
const EVENTS = 30;

/** Logs of which the shortest is taken: it is opened thousands of times. */
const TRIES = 40;

/** Writes an archive of one volume, or of two where `rolled`, into the empty folder `path`. */
export function makeBase(path: string, dice: Dice, rolled: boolean): Base {
  const tries = Array.from({ length: TRIES }, () =>
    randomLog(dice, EVENTS, { rollsAt: rolled ? [EVENTS / 2] : [] }),
  );
  const { log, bodies } = tries.reduce((a, b) => (b.bodies.length < a.bodies.length ? b : a));
  const writer = openSqliteWriter({ path, factsOf: plainFacts, signer: TEST_SIGNER, now: () => log.time });
  for (const [i, body] of bodies.entries()) {
    writer.append(body);
    if (i % 20 === 0) writer.commit();
  }
  writer.commit();
  writer.close();
  return new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name))]));
}
