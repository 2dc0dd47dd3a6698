import { expect, test } from 'vitest';
import { type Decider, mayDecide } from './eligibility.ts';
import type { HeldStatement } from './hold.ts';
import { asker, decider, held } from './testing/held.ts';

type Asker = HeldStatement['asker'];

/** Code and words of why not; null when they may. */
function refusal(asks: Partial<Asker>, decides: Partial<Decider>, approvers = ['dba']): string | null {
  const statement = held({ asker: asker(asks), terms: { ...held().terms, approvers } });
  try {
    mayDecide(statement, decider(decides));
    return null;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

const job = (actor: string | null) => ({ ci: { attested: true, job: 'github/1/2', actor } });

test.each<[string, Partial<Asker>, Partial<Decider>, string | null]>([
  ['another person decides', {}, {}, null],
  ['the same subject', { subject: 'ada' }, {}, 'ada asks for it'],
  [
    'the same subject of another issuer is another person',
    { subject: 'ada', issuer: 'https://other' },
    {},
    null,
  ],
  [
    'the same Okta user behind two subjects',
    { userId: '00u1' },
    { userId: '00u1' },
    'the same user (00u1) is behind both tokens',
  ],
  ['no user behind either', { userId: null }, { userId: null }, null],
  [
    'a token in the hands of the client that asks for itself',
    { subject: 'deploy-bot' },
    { clientId: 'deploy-bot' },
    'the token was given to the client that asks for it (deploy-bot)',
  ],
  ['another person who signs in with the same program', { clientId: 'auditorium-cli' }, {}, null],
  ['who started the CI job, by subject', job('Ada'), {}, 'Ada started the CI job'],
  ['who started the CI job, by user name', job('ada-l'), { aliases: ['Ada-L'] }, 'ada-l started the CI job'],
  ['somebody else’s CI job', job('bob'), { aliases: ['ada-l'] }, null],
  ['a CI job that nobody is said to have started', job(null), {}, null],
])('%s', (_, asks, decides, own) => {
  expect(refusal(asks, decides)).toBe(
    own === null ? null : `OWN_STATEMENT: nobody decides on their own statement: ${own}`,
  );
});

test('a machine decides on nothing', () => {
  expect(refusal({}, { machine: 'this is the token of a CI job' })).toBe(
    'NOT_A_PERSON: this is the token of a CI job; a person decides, with a token of their own',
  );
});

test('it takes one of the groups that the rule names, and where it names none a reviewer', () => {
  expect([
    refusal({}, { groups: ['guests', 'dba'] }),
    refusal({}, { groups: ['guests'], reviewer: true }),
    refusal({}, { groups: ['guests'], reviewer: true }, []),
    refusal({}, { groups: ['dba'], name: null }, []),
  ]).toEqual([
    null,
    'NOT_AN_APPROVER: Ada L. may not decide on this: it takes a member of dba',
    null,
    'NOT_AN_APPROVER: ada may not decide on this: it takes a reviewer',
  ]);
});
