/** What an agent says of its CI job against what its token attests, with a real database behind a real gateway. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionRow } from '../../shared/api/session.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import type { EventOf } from '../../shared/recording/event.ts';
import { recordedEvents } from '../../test/recorded-sessions.ts';
import { ended, Stage } from '../../test/stage.ts';
import type { ArchiveReader } from '../archive/archive.ts';
import type { Gateway } from '../gateway.ts';

let stage: Stage;
let gateway: Gateway;
let archive: ArchiveReader;

beforeAll(async () => {
  stage = await Stage.open();
  const config = stage.configure('');
  gateway = await stage.start(config);
  archive = await stage.archive(config);
});

afterAll(() => stage?.[Symbol.asyncDispose]());

interface Said {
  /** The job that the token attests, `provider:run:job`; none when absent. */
  readonly attested?: string;
  readonly application?: string;
  readonly options?: string;
  /** Statements it runs. */
  readonly statements?: readonly string[];
}

interface Recorded {
  readonly session: SessionRow;
  readonly contexts: readonly (readonly [provenance: string, job: string])[];
  readonly mismatches: readonly EventOf<'ciMismatch'>['fields'][];
}

/** Runs a session of that subject and reads what is recorded of it. */
async function recorded(
  sub: string,
  { attested, application, options, statements = [] }: Said,
): Promise<Recorded> {
  const client = await stage.connect(gateway, await stage.token(sub, attested), {
    ...(application !== undefined && { application_name: application }),
    ...(options !== undefined && { options }),
  });
  for (const statement of statements) await client.query(statement);
  await client.end();
  return read(sub);
}

async function read(sub: string): Promise<Recorded> {
  const session = await ended(archive, sub);
  const contexts: [string, string][] = [];
  const mismatches: EventOf<'ciMismatch'>['fields'][] = [];
  for (const { event } of await recordedEvents(archive, session.id)) {
    if (event.kind === 'ciMismatch') mismatches.push(event.fields);
    if (event.kind !== 'ciContext') continue;
    const { provenance, provider, run, job } = event.fields;
    contexts.push([provenance, `${provider}/${run}/${job}`]);
  }
  return { session, contexts, mismatches };
}

/** The subjects of the sessions that a filter finds. */
async function subjectsOf(text: string): Promise<string[]> {
  const parsed = parseFilter(text);
  if ('error' in parsed) throw new Error(text);
  const { items } = await archive.sessions({ filter: parsed.filter, sort: '-started', limit: 100 });
  return items.map(({ identity }) => identity?.subject ?? '');
}

describe('a job that the token attests', () => {
  test('stays, whatever options and application_name say, and each that differs is a finding', async () => {
    const { session, contexts, mismatches } = await recorded('start-up', {
      attested: 'github:4711:3',
      options: '-c auditorium.job=gl:9:9',
      application: 'ci:gh:4711:4',
    });
    expect([contexts, mismatches]).toEqual([
      [['attested', 'github/4711/3']],
      [
        { job: 'github/4711/3', provenance: 'attested', asserted: 'gitlab/9/9', where: 'options' },
        {
          job: 'github/4711/3',
          provenance: 'attested',
          asserted: 'github/4711/4',
          where: 'application_name',
        },
      ],
    ]);
    expect([session.ci?.provenance, session.ci?.run, session.ciMismatch]).toEqual([
      'attested',
      '4711',
      'gitlab/9/9',
    ]);
    expect(await subjectsOf('ci:mismatch sub:start-up job:gh/4711/3')).toEqual(['start-up']);
    expect(await subjectsOf('job:gl/9/9')).toEqual([]);
  });

  test('may be said too, short or whole: there is nothing to find', async () => {
    const { session, mismatches } = await recorded('agreeing', {
      attested: 'github:4711:3',
      options: '-c auditorium.job=github:4711:3',
      application: 'ci:gh:4711:3',
      statements: ["set application_name = 'ci:github:4711:3'", "set application_name = 'something else'"],
    });
    expect([mismatches, session.ciMismatch]).toEqual([[], null]);
  });

  test('stays when the agent sets another application_name later, and that is a finding where it happened', async () => {
    const { session, contexts, mismatches } = await recorded('later', {
      attested: 'github:4711:3',
      application: 'ci:github:4711:3',
      statements: [
        'select 1',
        "set application_name = 'ci:github:666:6'",
        'reset application_name',
        "select set_config('application_name', 'ci:github:666:7', false)",
      ],
    });
    const later = { job: 'github/4711/3', provenance: 'attested', where: 'SET application_name' };
    expect([contexts, mismatches, session.ciMismatch]).toEqual([
      [['attested', 'github/4711/3']],
      [
        { ...later, asserted: 'github/666/6' },
        { ...later, asserted: 'github/666/7' },
      ],
      'github/666/6',
    ]);
  });
});

describe('without a job that is attested', () => {
  test('the first that is asserted counts, and another is a finding', async () => {
    const { contexts, mismatches } = await recorded('asserted', {
      application: 'ci:github:1:1',
      statements: ["set application_name = 'ci:github:1:2'", "set application_name = 'ci:github:1:2'"],
    });
    expect([contexts, mismatches]).toEqual([
      [['asserted', 'github/1/1']],
      [{ job: 'github/1/1', provenance: 'asserted', asserted: 'github/1/2', where: 'SET application_name' }],
    ]);
  });

  test('one that is asserted later is the job from then on', async () => {
    const { session, contexts, mismatches } = await recorded('pooled', {
      application: 'a pool',
      statements: ["set application_name = 'ci:buildkite:12:ab'"],
    });
    expect([contexts, mismatches, session.ciMismatch]).toEqual([[['asserted', 'buildkite/12/ab']], [], null]);
    expect([session.ci?.provenance, session.ci?.run]).toEqual(['asserted', '12']);
  });

  test('none that cannot be read counts', async () => {
    const { contexts, mismatches } = await recorded('garbled', {
      options: '-c auditorium.job=nonsense',
      application: 'ci:github:1',
      statements: ["set application_name = 'ci:../../x:1:1'"],
    });
    expect([contexts, mismatches]).toEqual([[], []]);
  });
});

test('a password of two tokens: the second attests, whatever the first and the agent say', async () => {
  const who = await stage.token('shared-bot', 'github:1:1');
  const where = await stage.token('job', 'github:4711:3');
  const client = await stage.connect(gateway, `${who},${where}`, { application_name: 'ci:github:1:1' });
  await client.end();
  const { contexts, mismatches } = await read('shared-bot');
  expect([contexts, mismatches.map(({ asserted }) => asserted)]).toEqual([
    [['attested', 'github/4711/3']],
    ['github/1/1'],
  ]);
});
