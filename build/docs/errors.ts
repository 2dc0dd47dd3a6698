/** docs/errors.md: every code that a person or a program may meet, what it means and what to do. */
import { CONTROL_ERRORS } from '../../gateway/control-schema.ts';
import { SQLSTATES as UPSTREAM } from '../../gateway/postgres/upstream-error.ts';
import { EXIT_STATUS, FAILURES } from '../../main/failure.ts';
import { API_ERRORS } from '../../shared/api/error.ts';
import { LINK_ERRORS } from '../../shared/fleet/link-error.ts';
import { VERDICT_MEANINGS } from '../../shared/recording/verdict-meanings.ts';
import { type Verdict, VERDICTS } from '../../shared/recording/verdict.ts';
import type { Advice } from './advice/advice.ts';
import { SQLSTATES, STARTUP_ADVICE, TOKEN_ADVICE, UPSTREAM_ADVICE } from './advice/agents.ts';
import { COMMAND_ADVICE, VERDICT_ADVICE } from './advice/commands.ts';
import {
  API_ADVICE,
  APPROVAL_ADVICE,
  CONTROL_ADVICE,
  LINK_ADVICE,
  UPDATE_ADVICE,
} from './advice/programs.ts';
import { code, generated, table } from './markdown.ts';

export function errorsPage(): string {
  return [
    generated('the tables of errors'),
    '# Troubleshooting by code',
    'Messages say what, where and how to mend it; the code is for finding it here and for programs.',
    table(
      ['where the code stands', 'look under'],
      [
        ['an agent, in psql or a driver', '[What agents are told](#what-agents-are-told)'],
        ['`auditorium: CODE: …` in a terminal', '[Commands](#commands)'],
        [
          'the gateway’s log, field `code`',
          '[tokens](#why-a-token-is-refused), [start-up](#why-a-connection-came-to-nothing), [databases](#why-a-database-is-not-reached)',
        ],
        ['`auditorium verify`, `verify.py`, the badge of the window', '[Verdicts](#verdicts)'],
        ['the window, or an answer of its API', '[The API of a host](#the-api-of-a-host)'],
        ['the gateway’s control socket', '[The control API](#the-control-api)'],
      ],
    ),
    '## What agents are told',
    'SQLSTATEs of the gateway’s own. Every other error is the database’s, word for word, but for what a mask withholds.',
    // Keys that read as numbers come first in an object, whatever order they were written in.
    adviceTable(
      'SQLSTATE',
      Object.entries(SQLSTATES).toSorted(([one], [other]) => one.localeCompare(other, 'en')),
    ),
    '### Why a token is refused',
    'The agent reads `token refused: …` with SQLSTATE 28000; the code is in the gateway’s log and in the recorded session.',
    advised('code', TOKEN_ADVICE),
    '### Why a connection came to nothing',
    'Before anybody was known.',
    advised('code', STARTUP_ADVICE),
    '### Why a database is not reached',
    table(
      ['code', 'SQLSTATE', 'means', 'do'],
      Object.entries(UPSTREAM_ADVICE).map(([name, [meaning, mend]]) => [
        code(name),
        UPSTREAM[name as keyof typeof UPSTREAM],
        meaning,
        mend,
      ]),
    ),
    '## Commands',
    'By exit status; `auditorium` prints one line with the code.',
    ...Object.entries(EXIT_STATUS).flatMap(([family, status]) => [
      `### Exit status ${status}`,
      advised(
        'code',
        Object.fromEntries(Object.entries(COMMAND_ADVICE).filter(([name]) => familyOf(name) === family)),
      ),
    ]),
    '## Verdicts',
    'Of `auditorium verify` and of `verify.py`, the gravest first; [verify.md](verify.md) says how they are come to.',
    table(
      ['verdict', 'exit status', 'says', 'do'],
      Object.entries(VERDICTS).map(([verdict, status]) => [
        code(verdict),
        String(status),
        VERDICT_MEANINGS[verdict as Verdict],
        VERDICT_ADVICE[verdict as Verdict],
      ]),
    ),
    '## The API of a host',
    withStatus(API_ERRORS, API_ADVICE),
    '## The control API',
    'On the gateway’s socket ([approvals.md](approvals.md#the-api)).',
    withStatus(CONTROL_ERRORS, CONTROL_ADVICE),
    '### Decisions that did not count',
    'In the gateway’s log, `approval.refused`; [what is answered](approvals.md#deciding).',
    advised('code', APPROVAL_ADVICE),
    '## Links of gateways',
    'What a [team server](fleet-link.md) answers a gateway that dials it; in the gateway’s log, `fleet.failed`.',
    withStatus(LINK_ERRORS, LINK_ADVICE),
    '## Updates of the desktop app',
    'In the app and its log: [desktop.md](desktop.md).',
    advised('code', UPDATE_ADVICE),
  ].join('\n\n');
}

function familyOf(name: string): string {
  return FAILURES[name as keyof typeof FAILURES];
}

function advised(head: string, codes: Readonly<Record<string, Advice>>): string {
  return adviceTable(head, Object.entries(codes));
}

function adviceTable(head: string, rows: readonly (readonly [string, Advice])[]): string {
  return table(
    [head, 'means', 'do'],
    rows.map(([name, [meaning, mend]]) => [code(name), meaning, mend]),
  );
}

function withStatus(
  statuses: Readonly<Record<string, number>>,
  codes: Readonly<Record<string, Advice>>,
): string {
  return table(
    ['code', 'HTTP status', 'means', 'do'],
    Object.entries(codes).map(([name, [meaning, mend]]) => [
      code(name),
      String(statuses[name]),
      meaning,
      mend,
    ]),
  );
}
