/** The conditions of a rule on who a session is, and when: `when`. */
import { z } from 'zod';
import { expected } from '../notation.ts';
import { globs, oneOrMore, someOf, word } from './written.ts';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** Minutes since midnight of `09:30`; `24:00` is the end of a day. */
const timeOfDay = z
  .string(expected('a time of day in quotes, such as "09:00"'))
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/u, expected('a time of day in quotes, such as "09:00"'))
  .transform((written) => Number(written.slice(0, 2)) * 60 + Number(written.slice(3)));

const zone = word('an IANA time zone such as Europe/Berlin').refine(
  isZone,
  expected('an IANA time zone such as Europe/Berlin'),
);

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const time = z
  .strictObject(
    {
      days: someOf(DAYS).optional().describe('Days on which the window begins; all if left out.'),
      from: timeOfDay.prefault('00:00').describe('When it begins.'),
      to: timeOfDay.prefault('24:00').describe('When it ends; before `from`, it ends on the day after.'),
      zone: zone.default('UTC').describe('IANA time zone of days and times.'),
    },
    expected('a mapping with days, from, to and zone'),
  )
  .refine(({ from, to }) => from !== to, { error: 'must not begin and end at the same time' })
  .describe('A window of time.');
export type TimeWindow = z.output<typeof time>;

const ciJob = z.strictObject(
  {
    provider: globs('a CI provider').optional().describe('github, gitlab, buildkite, …'),
    repository: globs('a repository').optional().describe('As the provider names it, such as example/shop.'),
    job: globs('a job')
      .optional()
      .describe('provider/run/job, whole or its beginning up to a slash: `github/*/deploy`.'),
    ref: globs('a ref').optional().describe('The branch or tag that it runs for, such as refs/heads/main.'),
    attested: oneOrMore(z.boolean(expected('true or false')))
      .optional()
      .describe('Whether a verified token says so (true), or only the agent itself (false).'),
  },
  expected('none, or a mapping with provider, repository, job, ref and attested'),
);

const ci = z
  .union([z.literal('none'), ciJob])
  .describe(
    'The CI job of the session, or `none`. What an agent only says of itself never loosens a rule: see docs/policy.md.',
  );
export type CiCondition = z.output<typeof ci>;

const conditions = {
  agent: globs('a subject or client id').optional().describe('Subject or client id of the token.'),
  groups: oneOrMore(word('a group')).optional().describe('Groups of the token; one is enough.'),
  issuer: globs('an issuer').optional().describe('URL of the token’s issuer.'),
  client: globs('a client id').optional().describe('Client id of the token.'),
  connection: globs('a connection').optional().describe('What the agent connected to.'),
  ci: ci.optional(),
  time: time.optional(),
};

const KEYS = 'agent, groups, issuer, client, connection, ci, time';

const not = z
  .strictObject(conditions, expected(`a mapping with ${KEYS}`))
  .describe('Holds when not all of these hold.');

/** All of them must hold; of a list, one is enough. */
export const SessionCondition = z
  .strictObject({ ...conditions, not: not.optional() }, expected(`a mapping with ${KEYS} and not`))
  .describe('Which sessions, and when: all of these must hold; of a list, one is enough.');
export type SessionCondition = z.output<typeof SessionCondition>;

/** The conditions that `not` negates. */
export type PlainSessionCondition = z.output<typeof not>;
