import { expect, test } from 'vitest';
import type { EventInput, EventKind } from '../../shared/recording/event.ts';
import { type Recording, withoutSecrets } from './without-secrets.ts';

/** What is recorded, payloads as text. */
class Recorded implements Recording {
  readonly id = new Uint8Array(16);
  readonly events: Record<string, unknown>[] = [];

  record<K extends EventKind>(kind: K, fields: EventInput<K>): number {
    const shown = Object.entries(fields as Record<string, unknown>).map(([name, value]) => [
      name,
      Buffer.isBuffer(value) ? value.toString() : value,
    ]);
    this.events.push({ kind, ...Object.fromEntries(shown) });
    return this.events.length - 1;
  }
}

const STATEMENT = {
  statement: 1,
  protocol: 'extended',
  name: '',
  portal: '',
  text: null,
  parsedAt: null,
  boundAt: null,
  parameterTypes: [],
  parameterFormats: [],
  parameters: null,
  resultFormats: [],
  maxRows: 0,
  sync: true,
  masked: false,
};

const OUTCOME = {
  statement: 1,
  ordinal: 0,
  status: 'completed',
  tag: '',
  rows: 0,
  bytes: 0,
  sqlstate: null,
  transaction: null,
  duration: 0,
  describedAt: null,
  answer: null,
};

/** One text parameter. */
function parameter(value: string): Buffer {
  return Buffer.concat([Buffer.from([0, 1, 0, 0, 0, value.length]), Buffer.from(value)]);
}

test('a statement without secrets is recorded as it came', () => {
  const recorded = new Recorded();
  const fields = { ...STATEMENT, text: Buffer.from('SELECT $1'), parameters: parameter('hunter2') };
  withoutSecrets(recorded).record('statement', fields);
  expect(recorded.events).toEqual([
    { kind: 'statement', ...STATEMENT, text: 'SELECT $1', parameters: parameter('hunter2').toString() },
  ]);
});

test('a secret statement says that it was masked, and its error does not repeat the secret', () => {
  const recorded = new Recorded();
  const session = withoutSecrets(recorded);
  session.record('statement', { ...STATEMENT, text: Buffer.from("ALTER ROLE b PASSWORD 'hunter2'; x") });
  session.record('outcome', { ...OUTCOME, status: 'failed', answer: Buffer.from('at or near "hunter2"') });
  session.record('rows', {
    statement: 2,
    ordinal: 0,
    rows: 1,
    continued: false,
    describedAt: null,
    answer: Buffer.from('ALTER ROLE b PASSWORD hunter2'),
  });
  expect(recorded.events.map((event) => event['text'] ?? event['answer'])).toEqual([
    "ALTER ROLE b PASSWORD '[masked]'; x",
    'at or near "*******"',
    'ALTER ROLE b PASSWORD *******',
  ]);
  expect(recorded.events[0]).toMatchObject({ masked: true });
});

test('parameters of a statement prepared to take a secret are masked whenever they come', () => {
  const recorded = new Recorded();
  const session = withoutSecrets(recorded);
  const parsedAt = session.record('parse', {
    name: 's',
    text: Buffer.from('SELECT dblink_connect($1)'),
    parameterTypes: [],
    masked: false,
  });
  session.record('bind', {
    portal: '',
    name: 's',
    parsedAt,
    parameterFormats: [],
    parameters: parameter('hunter2'),
    resultFormats: [],
    masked: false,
  });
  session.record('statement', { ...STATEMENT, parsedAt, parameters: parameter('hunter2') });
  const masked = parameter('[masked]').toString();
  expect(recorded.events.map((event) => [event['kind'], event['parameters'], event['masked']])).toEqual([
    ['parse', undefined, false],
    ['bind', masked, true],
    ['statement', masked, true],
  ]);
});
