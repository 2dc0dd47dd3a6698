import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { needlesOfNumber } from '../needles.ts';
import { CORPUS } from './corpus.ts';
import { OWN_CASTS } from './expressions.ts';
import { lineOf, type Row } from './row.ts';
import { OWN_CAST, SCHEMA, SECRETS } from './schema.ts';
import { Sides } from './sides.ts';

vi.setConfig({ testTimeout: 60_000 });

const NEEDLES = SECRETS.flatMap((number) => needlesOfNumber(number));

describe.each([
  ['the golden table', SCHEMA, CORPUS],
  ['where the database has casts of its own', SCHEMA + OWN_CAST, OWN_CASTS],
] as const)('%s', (_, schema, rows: readonly Row[]) => {
  let sides: Sides;
  beforeAll(async () => {
    sides = await Sides.open(schema, NEEDLES);
  });
  afterAll(() => sides[Symbol.asyncDispose]());

  test.each(rows.map((row) => ({ line: lineOf(row), row })))('$line', async ({ row }) => {
    expect(await sides.try(row)).toEqual({});
  });

  test('nothing of it is in what the gateway left behind', async () => {
    expect(await sides.ground.leftBehind(NEEDLES)).toEqual([]);
  });
});
