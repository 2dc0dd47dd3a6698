/** What is done to an archive before it is sent: by chance, and by people who know SQLite and the format. */
import type { Dice } from '../torture/dice.ts';
import { BYTES } from './byte-mutations.ts';
import { EVENTS } from './event-mutations.ts';
import { FILES } from './file-mutations.ts';
import type { Mutation } from './mutated.ts';
import { ROWS } from './row-mutations.ts';
import { SCHEMAS } from './schema-mutations.ts';
import { pick } from './weird-events.ts';

/** Chance chooses a family first, then one of it: what is likeliest to find something most often. */
const FAMILIES = [BYTES, BYTES, ROWS, ROWS, SCHEMAS, EVENTS, EVENTS, FILES];

/** Any of them. */
export function anyMutation(dice: Dice): Mutation {
  return pick(dice, pick(dice, FAMILIES));
}

/** Every one, once. */
export function allMutations(): readonly Mutation[] {
  return [...BYTES, ...ROWS, ...SCHEMAS, ...EVENTS, ...FILES];
}
