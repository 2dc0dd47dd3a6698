import { expect, test } from 'vitest';
import {
  BIG_SUBJECT,
  COMMON_TABLE,
  OLD_TABLE,
  OTHER_TABLE,
  RARE_TABLE,
  RARE_WORD,
  RARE_WORD_TIMES,
  sizeOf,
} from './shape.ts';
import { Story, type Act } from './story.ts';

const SIZE = sizeOf(100_000);

function acts(seed: number): Act[] {
  const story = new Story(SIZE, seed);
  const told: Act[] = [];
  for (let act = story.next(); act !== null; act = story.next()) told.push(act);
  return told;
}

const told = acts(1);
const statements = told.flatMap((act) => (act.kind === 'statement' ? [act] : []));
const uses = (table: string) => statements.filter(({ statement }) => statement.template.table === table);

test('the same seed tells the same story, another one another', () => {
  const brief = (seed: number) =>
    acts(seed)
      .slice(0, 500)
      .map((act) => [
        act.kind,
        act.time,
        act.session.number,
        act.kind === 'statement' && act.statement.values,
      ]);
  expect(brief(2)).toEqual(brief(2));
  expect(brief(3)).not.toEqual(brief(2));
});

test('it has its size, every session ends, and time goes on', () => {
  const sessions = told.filter(({ kind }) => kind === 'opened').length;
  const texts = new Set(statements.map(({ statement }) => statement.template.text.toString()));
  expect({
    statements: statements.length,
    ended: told.filter(({ kind }) => kind === 'closed').length,
    backwards: told.filter(({ time }, n) => time < (told[n - 1]?.time ?? 0)).length,
  }).toEqual({ statements: SIZE.statements, ended: sessions, backwards: 0 });
  expect(sessions).toBeGreaterThan(SIZE.sessions * 0.8);
  expect(texts.size).toBeGreaterThanOrEqual(SIZE.fingerprints * 0.95);
});

test('what is to be common, rare, old and never together is', () => {
  const never = uses(COMMON_TABLE).filter(({ statement }) => statement.template.verb === 'DELETE');
  const apart = uses(OTHER_TABLE).filter(({ session }) => session.subject === BIG_SUBJECT);
  const late = uses(OLD_TABLE).filter((act) => statements.indexOf(act) > SIZE.statements * 0.1);
  const words = statements.filter(({ statement }) => statement.values.includes(RARE_WORD));
  expect([
    never.length,
    apart.length,
    late.length,
    words.length > 0,
    words.length <= RARE_WORD_TIMES,
  ]).toEqual([0, 0, 0, true, true]);
  const share = (table: string) => uses(table).length / SIZE.statements;
  expect([share(COMMON_TABLE) > 0.1, share(OTHER_TABLE) > 0.02, share(RARE_TABLE) < 0.0002]).toEqual([
    true,
    true,
    true,
  ]);
});
