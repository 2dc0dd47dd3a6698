import { assert, constantFrom, property, string, tuple, array } from 'fast-check';
import { expect, test } from 'vitest';
import type { Mode } from '../config.ts';
import { askedAuthentication, assertedJob, ParameterError, upstreamParameters } from './parameters.ts';

function whatReaches(parameters: Readonly<Record<string, string>>, mode: Mode = 'enforce') {
  return upstreamParameters(new Map(Object.entries({ user: 'agent', ...parameters })), mode);
}

function upstream(parameters: Readonly<Record<string, string>>): object {
  return Object.fromEntries(whatReaches(parameters).settings);
}

function refusal(parameters: Readonly<Record<string, string>>, mode: Mode = 'enforce'): unknown {
  try {
    return Object.fromEntries(whatReaches(parameters, mode).settings);
  } catch (error) {
    return error instanceof ParameterError ? error.postgres : error;
  }
}

test('what drivers send at start-up reaches the server, but who and where', () => {
  expect(
    upstream({
      user: 'agent',
      database: 'shop',
      replication: 'off',
      client_encoding: 'UTF8',
      application_name: 'ci:github:4711:3',
      DateStyle: 'ISO',
      TimeZone: 'Europe/Zürich',
      extra_float_digits: '2',
      search_path: 'a,b',
    }),
  ).toEqual({
    application_name: 'ci:github:4711:3',
    datestyle: 'ISO',
    timezone: 'Europe/Zürich',
    extra_float_digits: '2',
    search_path: 'a,b',
  });
});

test.each(['true', 'database', 'ON', '1', 'tru', ''])('replication=%s is refused', (replication) => {
  const postgres = {
    severity: 'FATAL',
    sqlstate: '0A000',
    message: 'replication connections are not supported by the gateway',
  };
  expect([refusal({ replication }), refusal({ replication }, 'observe')]).toEqual([postgres, postgres]);
});

test.each(['off', 'false', 'F', 'no', '0'])('replication=%s is an ordinary session', (replication) => {
  expect(upstream({ replication })).toEqual({});
});

test('a start-up without a user is refused', () => {
  expect(refusal({ user: '' })).toEqual({
    severity: 'FATAL',
    sqlstate: '28000',
    message: 'no PostgreSQL user name specified in startup packet',
  });
});

test('a gateway that observes lets settings pass and says which it would have refused', () => {
  const options = String.raw`-c role=owner -c geqo=off --row-security=off -c my.tenant=7\ 8`;
  expect(whatReaches({ options, standard_conforming_strings: 'off' }, 'observe')).toEqual({
    settings: new Map([
      ['role', 'owner'],
      ['geqo', 'off'],
      ['row_security', 'off'],
      ['my.tenant', '7 8'],
      ['standard_conforming_strings', 'off'],
    ]),
    observed: [
      { rule: 'start-up parameter', detail: 'role=owner' },
      { rule: 'start-up parameter', detail: 'row_security=off' },
      { rule: 'start-up parameter', detail: 'my.tenant=7 8' },
      { rule: 'start-up parameter', detail: 'standard_conforming_strings=off' },
    ],
  });
});

test('a gateway that observes refuses what the record could not be read with, and another target', () => {
  const refused = [
    refusal({ client_encoding: 'LATIN1' }, 'observe'),
    refusal({ options: '-c client_encoding=SJIS' }, 'observe'),
    ...['user', 'database', 'replication'].map((name) => refusal({ options: `-c ${name}=x` }, 'observe')),
  ];
  expect(refused).toMatchObject([
    { sqlstate: '22023' },
    { sqlstate: '22023' },
    { sqlstate: '0A000' },
    { sqlstate: '0A000' },
    { sqlstate: '0A000' },
  ]);
});

test('an agent may choose how it is asked for its token', () => {
  const asked = (value: string) =>
    askedAuthentication(new Map([['options', `-c auditorium.authentication=${value}`]]));
  expect([asked('password'), asked('oauthbearer'), askedAuthentication(new Map())]).toEqual([
    'password',
    'oauthbearer',
    undefined,
  ]);
  expect(() => asked('trust')).toThrow(ParameterError);
  expect(upstream({ options: '-c auditorium.authentication=oauthbearer' })).toEqual({});
});

test('options are taken apart as a server does', () => {
  const options = String.raw` -c statement_timeout=5s  -cgeqo=off --enable-seqscan=off -c search_path=a\ b\\c -c jit= `;
  expect(upstream({ options })).toEqual({
    statement_timeout: '5s',
    geqo: 'off',
    enable_seqscan: 'off',
    search_path: String.raw`a b\c`,
    jit: '',
  });
});

test('a parameter of its own wins over the same one in options', () => {
  expect(upstream({ TimeZone: 'UTC', options: '-c timezone=CET -c TIMEZONE=EET' })).toEqual({
    timezone: 'UTC',
  });
});

test.each(['UTF8', 'utf-8', "'utf-8'", 'Unicode', 'UTF_8', 'SQL_ASCII'])(
  'client_encoding %s goes on as UTF8',
  (value) => {
    expect(upstream({ client_encoding: value })).toEqual({});
  },
);

test.each(['LATIN1', 'UTF16', '', 'SJIS'])('client_encoding %s is refused', (client_encoding) => {
  expect(refusal({ client_encoding })).toMatchObject({ severity: 'FATAL', sqlstate: '22023' });
  expect(refusal({ options: `-c client_encoding=${client_encoding}` })).toMatchObject({ sqlstate: '22023' });
});

test.each([
  'role',
  'session_authorization',
  'session_replication_role',
  'row_security',
  'standard_conforming_strings',
  'session_preload_libraries',
  'user',
  'database',
  'options',
])('%s is refused however it is spelt', (name) => {
  const spellings = [
    `-c ${name}=on`,
    `-c${name}=on`,
    `--${name.replaceAll('_', '-')}=on`,
    `-c ${name.toUpperCase()}=on`,
    `-c \\${name}=on`,
    `-c geqo=on -c ${name}=on`,
  ];
  for (const options of spellings) {
    expect(refusal({ options })).toEqual({
      severity: 'FATAL',
      sqlstate: '0A000',
      message: `start-up parameter "${name}" is not accepted by the gateway`,
      detail: expect.any(String),
      hint: 'Use SET after connecting.',
    });
  }
});

test.each(['Role', 'SESSION_AUTHORIZATION', 'my.setting', '__proto__'])(
  '%s is refused as a parameter of its own',
  (name) => {
    expect(refusal(Object.fromEntries([[name, 'x']]))).toMatchObject({ sqlstate: '0A000' });
  },
);

test.each(['-d 5', '-c', '-c geqo', 'geqo=off', '--', '-cgeqo', '-S 64'])(
  'options "%s" are refused',
  (options) => {
    expect(refusal({ options })).toMatchObject({ severity: 'FATAL', sqlstate: '42601' });
  },
);

test('the CI job is for the gateway alone', () => {
  const options = '-c auditorium.job=github/4711/3 -c geqo=off';
  expect([assertedJob(new Map([['options', options]])), upstream({ options })]).toEqual([
    'github/4711/3',
    { geqo: 'off' },
  ]);
  expect(assertedJob(new Map([['user', 'u']]))).toBeUndefined();
});

test('nothing but settings from the list comes out, whatever goes in', () => {
  const word = constantFrom(
    '-c',
    '--',
    'role=x',
    'geqo=on',
    ' ',
    '\\',
    '=',
    'user',
    'datestyle=',
    'a.b=c',
    '\n',
    'ROLE',
  );
  const known = new Set(['geqo', 'datestyle']);
  assert(
    property(
      tuple(
        array(word).map((words) => words.join('')),
        string(),
      ),
      ([options, text]) => {
        const result = refusal({ options: options + text });
        if (result instanceof Error) throw result;
        const refused = typeof result === 'object' && result !== null && 'sqlstate' in result;
        return refused || Object.keys(result ?? {}).every((name) => known.has(name));
      },
    ),
  );
});
