import { describe, expect, test } from 'vitest';
import type { Relation } from '../catalog/catalog.ts';
import { Exchange } from '../exchange.ts';
import { message } from '../testing/messages.ts';
import type { RestsOn } from '../lineage/lineage.ts';
import { emailRule, laneOf, lineageOf, PEOPLE } from '../testing/lane.ts';
import type { Lane } from './lane.ts';
import { isApart, ownReach } from './reach.ts';

const LANE = laneOf([emailRule('redact')]);

/** Of the last of the texts' statements; `says`: the message of a report. */
function reach(verb: string, text: string, says: string, { before = 0, severity = 'ERROR' } = {}) {
  const statement = new Exchange().start(null, Buffer.from(text));
  const statements = Array.from({ length: before + 1 }, () => ({ verb, lineage: null, verified: false }));
  statement.ordinal = before;
  const decision = { effect: 'allow', rules: [], hold: null } as never;
  statement.judged = { statements, decision, lane: null, policy: Buffer.alloc(0), enforced: true };
  return ownReach(
    statement,
    message('E', Buffer.from(`S${severity}\0V${severity}\0C00000\0M${says}\0\0`)),
    LANE,
  );
}

test('commands of transactions say what is in the text, wherever they stand', () => {
  for (const verb of ['BEGIN', 'SAVEPOINT', 'ROLLBACK TO SAVEPOINT', 'RELEASE SAVEPOINT', 'ROLLBACK'])
    expect(reach(verb, 'x', 'no such savepoint', { before: 2 })).toBe('text');
  for (const verb of ['COMMIT', 'PREPARE TRANSACTION', 'SET CONSTRAINTS'])
    expect(reach(verb, 'x', 'duplicate key')).toBeNull();
});

test('commands of sessions say what is in the text, unless a transaction may end with them', () => {
  expect(reach('SHOW', 'show x', 'unrecognized configuration parameter "x"')).toBe('text');
  expect(reach('SHOW', 'insert …; show x', 'duplicate key', { before: 1 })).toBeNull();
});

test('a cursor or statement that is not there is told by the name that the text has', () => {
  const missing = (verb: string, text: string, name: string) => reach(verb, text, `${name} does not exist`);
  expect(missing('FETCH', 'fetch all from Mine;', 'cursor "mine"')).toBe('text');
  expect(missing('MOVE', 'move "Mine"', 'cursor "Mine"')).toBe('text');
  expect(missing('EXECUTE', 'execute mine (1)', 'prepared statement "mine"')).toBe('text');
  expect(missing('FETCH', 'fetch all from mine', 'cursor "ada@x.org"')).toBeNull();
  expect(missing('SELECT', 'select f() as mine', 'cursor "mine"')).toBeNull();
});

test('a schema command’s notices name objects, anything else that it says may hold values', () => {
  const notice = { severity: 'NOTICE' };
  const skipped = 'view "nov" does not exist, skipping';
  expect(reach('DROP VIEW', '', skipped, notice)).toBe('names');
  expect(reach('CREATE TABLE', '', 'relation "a" already exists, skipping', notice)).toBe('names');
  expect(reach('ALTER TABLE', '', 'column "x" of relation "a" does not exist, skipping', notice)).toBe(
    'names',
  );
  expect(reach('DROP SCHEMA', '', 'drop cascades to 2 other objects', notice)).toBe('names');
  expect(reach('CREATE TABLE AS', '', skipped, notice)).toBeNull();
  expect(reach('SELECT', '', skipped, notice)).toBeNull();
  expect(reach('DROP VIEW', '', 'ada@x.org', notice)).toBeNull();
  expect(reach('ALTER TABLE', '', skipped)).toBeNull();
});

describe('a statement on tables without masked columns', () => {
  const ITEMS = 17_000;
  const items = { quiet: true } as Relation;
  const laneWith = (relation: Relation): Lane =>
    Object.assign(Object.create(LANE) as Lane, {
      catalog: {
        relationByOid: () => relation,
        functions: (_: null, name: string) => (name === 'own' ? [1] : []),
      },
      masksIn: (oid: number) => oid === PEOPLE,
    });
  const apart = (verb: string, restsOn: Partial<RestsOn>, { pure = true, relation = items } = {}) => {
    const lineage = { ...lineageOf(null), pure };
    const rests = { ...lineage.restsOn, relations: [ITEMS], ...restsOn };
    return isApart({ verb, lineage: { ...lineage, restsOn: rests }, verified: false }, laneWith(relation));
  };

  test('is about its own text and these tables’ values', () => {
    expect(apart('INSERT', {})).toBe(true);
    expect(apart('SELECT', { relations: [], functions: ['lower'] })).toBe(true);
  });

  test('is not once another could be looked at', () => {
    expect(apart('INSERT', { relations: [ITEMS, PEOPLE] })).toBe(false);
    expect(apart('INSERT', { functions: ['own'] })).toBe(false);
    expect(apart('INSERT', {}, { pure: false })).toBe(false);
    expect(apart('INSERT', {}, { relation: { ...items, quiet: false } })).toBe(false);
    expect(apart('COPY FROM', {})).toBe(false);
  });
});
