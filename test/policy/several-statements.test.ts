import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionRow } from '../../shared/api/session.ts';
import { endedSession, recordedEvents } from '../recorded-sessions.ts';
import type { Agent } from './agent.ts';
import { PolicyGround, type PolicyGateway } from './ground.ts';

const POLICY = `version: 1
rules:
  - { name: no code, effect: deny, statement: { verb: DO } }
`;

const TEXT = 'select 1; do $$begin delete from t; end$$; copy t to stdout; select 2';

let ground: PolicyGround;
let gateway: PolicyGateway;
beforeAll(async () => {
  ground = await PolicyGround.open('create table t (n int); insert into t values (1), (2)');
  gateway = await ground.gateway('denying', POLICY);
});
afterAll(() => ground[Symbol.asyncDispose]());

test('one denied statement among several denies the text, with one ReadyForQuery', async () => {
  const agent = await gateway.connect('several');
  const { types, errors, ready } = await agent.query(TEXT);
  expect({ types, code: errors[0]?.['C'], ready }).toEqual({ types: 'EZ', code: '42501', ready: 'I' });
  expect(await ground.run('select count(*) from t')).toEqual([['2']]);
});

test('each statement of it is on the record with its own verb', async () => {
  const [decision] = await decisionsOf('classified', async (agent) => void (await agent.query(TEXT)));
  expect(decision).toMatchObject({ effect: 'deny', enforced: true, rules: ['no code'] });
  const facts: { statements: { verb: string; class: string }[] } = JSON.parse(decision?.facts ?? '{}');
  expect(facts.statements.map(({ verb, class: kind }) => [verb, kind])).toEqual([
    ['SELECT', 'read'],
    ['DO', 'procedure'],
    ['COPY TO', 'read'],
    ['SELECT', 'read'],
  ]);
});

test.each([
  ['behind a comment', '/* ; */ select 1 -- ;\n; do $$begin end$$'],
  ['behind a string with a semicolon', "select ';' ; do $$begin end$$"],
  ['in a string constant of another kind', "do 'begin end'"],
  ['in capitals', 'DO LANGUAGE plpgsql $x$ begin end $x$'],
  ['behind empty statements', ';;; do $$begin end$$ ;;'],
  ['behind a transaction command', 'begin; do $$begin end$$; commit'],
])('a denied statement is found %s', async (_, text) => {
  const agent = await gateway.connect();
  const { errors } = await agent.query(text);
  expect(errors.map(({ C }) => C)).toEqual(['42501']);
});

test('a text with a NUL is refused before it is read', async () => {
  const agent = await gateway.connect();
  const said = await agent.query('select 1\0; do $$begin delete from t; end$$');
  expect(said.errors.map(({ C }) => C)).toEqual(['08P01']);
  expect(await ground.run('select count(*) from t')).toEqual([['2']]);
});

/** The decisions recorded of what an agent did. */
async function decisionsOf(
  subject: string,
  act: (agent: Agent) => Promise<void>,
): Promise<{ effect: string; enforced: boolean; rules: readonly string[]; facts: string }[]> {
  const agent = await gateway.connect(subject);
  await act(agent);
  await agent.end();
  const archive = await ground.stage.archive(gateway.config);
  const row = await endedSession(archive, ({ identity }: SessionRow) => identity?.subject === subject);
  const events = await recordedEvents(archive, row.id);
  return events.flatMap(({ event }) => (event.kind === 'decision' ? [event.fields] : []));
}
