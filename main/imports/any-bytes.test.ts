/** Whatever a file holds, reading it ends, and every line of it is accounted for. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadsOf } from '../../shared/recording/codec.ts';
import type { FormatOptions } from './detect.ts';
import { importBytes } from './testing/imported.ts';

const WORDS = [
  '2026-11-22 09:00:00.001 UTC',
  '"2026-11-22 09:00:00 CET"',
  ',"agent","shop",42,"h:1",6a.2a,1,"SELECT",2026-11-22 08:00:00 UTC,1/1,0,LOG,00000,',
  '"duration: 1.5 ms  statement: select ',
  '"statement: begin; ',
  'AUDIT: SESSION,1,1,READ,SELECT,,,"a',
  ' [42] LOG:  ',
  ' [42] DETAIL:  parameters: $1 = ',
  'connection received: host=',
  'disconnection: ',
  '{"timestamp":"2026-11-22 09:00:00 UTC","session_id":"a.b","user":"u","error_severity":"ERROR","message":"',
  '{"version":2,"width":80,"height":24}',
  '{"version":3,"term":{"cols":80,"rows":24}}',
  '[1,"o","',
  '[0.5,"r","80x24"]',
  '{"start_date":"2026-11-22T09:00:00Z","connection":"c","event_stream":[[1,"i","UQ"]',
  '"',
  '""',
  "'",
  ',',
  '\n',
  '\r\n',
  '\t',
  ']',
  '}',
  '\\u0000',
  '#',
];

const file = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    ),
    {
      maxLength: 40,
    },
  )
  .chain((parts) =>
    fc.uint8Array({ maxLength: 4 }).map((tail) => Buffer.concat([Buffer.from(parts.join('')), tail])),
  );

const FORMATS: readonly FormatOptions[] = [
  { format: 'csvlog' },
  { format: 'jsonlog' },
  { format: 'stderr', prefix: '%m [%p] ' },
  { format: 'stderr', prefix: '' },
  { format: 'asciicast' },
  { format: 'hoop' },
];

test.each(FORMATS)('$format $prefix', (options) => {
  fc.assert(
    fc.property(file, fc.integer({ min: 1, max: 64 }), (bytes, chunk) => {
      const { tally, lines, events } = importBytes(bytes, { ...options, timezone: 'UTC' }, chunk);
      expect(tally.lines).toBe(lines);
      const kept = events.filter(
        ({ event }) => event.kind === 'sourceEntry' && event.fields.problem !== null,
      );
      expect(kept.length).toBe(tally.malformed);
      for (const { event, payloads } of events)
        expect(Object.keys(payloads).length).toBe(payloadsOf(event).length);
    }),
    { numRuns: 400 },
  );
});

test('of a log in pieces the same comes as of the whole', () => {
  fc.assert(
    fc.property(
      file,
      fc.constantFrom(...FORMATS),
      fc.integer({ min: 1, max: 64 }),
      (bytes, options, chunk) => {
        const told = (size: number) =>
          importBytes(bytes, { ...options, timezone: 'UTC' }, size).events.map(({ event, payloads }) => [
            event.kind,
            event.time,
            event.sequence,
            Object.values(payloads).map((value) => Buffer.from(value ?? []).toString('latin1')),
          ]);
        expect(told(chunk)).toEqual(told(bytes.length + 1));
      },
    ),
    { numRuns: 400 },
  );
});
