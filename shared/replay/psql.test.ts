import { expect, test } from 'vitest';
import { concat, message, SessionRecording } from './fixtures/recording.ts';
import recorded from './fixtures/psql.json' with { type: 'json' };
import { newPainterState } from './painter-state.ts';
import { paintStep } from './paint.ts';
import { decodeText } from './text.ts';
import { readErrorFields, readMessages } from './wire.ts';

/** What the painter adds to psql's own words: colours, the prompt, the SQLSTATE and how long it took. */
function asPsql(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the painter's palette
  return text.replace(/\x1b\[\d+m/g, '').replace(/ · 1\.23 ms| \[\w{5}\]|shop=!?> $/g, '');
}

/** Line ends as psql writes them; what stands left of them counts. */
function lines(text: string): string[] {
  return text.trimEnd().split(/\r?\n/);
}

/** A statement with the answer that PostgreSQL 18 gave, and psql's output for it. */
test.each(recorded)('paints what psql prints for: $sql', ({ sql, answer, psql }) => {
  const { messages } = readMessages(Uint8Array.from(Buffer.from(answer, 'hex')));
  const kept = messages.filter(({ type }) => 'TDE'.includes(type));
  const tag = messages.find(({ type }) => type === 'C');
  const error = messages.find(({ type }) => type === 'E');
  const recording = new SessionRecording().opened().simple(1, sql);
  recording.outcome(1, {
    status: error ? 'failed' : 'completed',
    sqlstate: error ? (readErrorFields(error.body)?.sqlstate ?? null) : null,
    tag: tag ? decodeText(tag.body.subarray(0, -1)) : '',
    rows: messages.filter(({ type }) => type === 'D').length,
    transaction: 'I',
    answer: concat(...kept.map(({ type, body }) => message(type, body))),
  });
  const state = newPainterState();
  const texts = recording.events.map((stored) => paintStep(stored, state));
  expect(lines(asPsql(texts.at(-1) ?? ''))).toEqual(lines(psql));
});
