import { expect, test } from 'vitest';
import { Exchange } from '../exchange.ts';
import { message } from '../testing/messages.ts';
import { ownReach } from './reach.ts';

/** Of the last of the texts' statements; `says`: the message of a report. */
function reach(verb: string, text: string, says: string, { before = 0, severity = 'ERROR' } = {}) {
  const statement = new Exchange().start(null, Buffer.from(text));
  const statements = Array.from({ length: before + 1 }, () => ({ verb, lineage: null, verified: false }));
  statement.ordinal = before;
  const decision = { effect: 'allow', rules: [], hold: null } as never;
  statement.judged = { statements, decision, lane: null, policy: Buffer.alloc(0), enforced: true };
  return ownReach(statement, message('E', Buffer.from(`S${severity}\0V${severity}\0C00000\0M${says}\0\0`)));
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
