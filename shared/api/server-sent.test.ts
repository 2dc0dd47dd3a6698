import { array, assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { encodeServerSent, MAX_EVENT_LENGTH, ServerSentDecoder } from './server-sent.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('events cut at any byte, comments between them, come back whole', () => {
  const events = [
    { event: 'archive', id: '7', data: '{"name":"naïve – 😀"}' },
    { event: 'failure', id: '', data: 'two\nlines' },
  ];
  const stream = bytes(`: heartbeat\n\n${events.map(encodeServerSent).join(': heartbeat\n\n')}`);
  assert(
    property(array(nat(stream.length)), (positions) => {
      const cuts = [0, ...positions.toSorted((a, b) => a - b), stream.length];
      const decoder = new ServerSentDecoder();
      const decoded = cuts.slice(1).flatMap((end, i) => decoder.push(stream.subarray(cuts[i], end)));
      expect(decoded).toEqual(events);
    }),
  );
});

test('an event without end is refused', () => {
  const decoder = new ServerSentDecoder();
  expect(() => decoder.push(bytes(`data: ${'x'.repeat(MAX_EVENT_LENGTH)}`))).toThrow(RangeError);
});
