import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  concat,
  dataRow,
  errorResponse,
  message,
  rowDescription,
  SessionRecording,
  SIMPLE,
  utf8,
  values,
} from './fixtures/recording.ts';
import { undressed } from './fixtures/undressed.ts';
import { paintWindow } from './window.ts';

test('nothing recorded reaches the terminal as a control', () => {
  const hostile = fc.array(
    fc.oneof(
      fc.constantFrom(
        '\x1b[2J',
        '\x1b]0;title\x07',
        '\x1b]52;c;ZXZpbA==\x1b\\',
        '\x9b31m',
        '\x1bP+q\x1b\\',
        '\x1b[6n',
        '\b\b\b',
        '\r\n',
        '\u202e',
        '\u200d',
        '\u2028',
        '\x7f',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 4 },
  );
  const text = hostile.map((parts) => parts.join('').replaceAll('\0', ''));
  fc.assert(
    fc.property(text, text, text, fc.uint8Array({ maxLength: 40 }), (a, b, c, bytes) => {
      const recording = new SessionRecording();
      recording.add('sessionOpened', {
        connection: a,
        user: b,
        applicationName: c,
        clientAddress: a,
        clientPort: 1,
        tls: true,
        protocol: b,
        durability: c,
      });
      const parameters = values(a, bytes, c);
      recording.add('statement', { ...SIMPLE, text: utf8(b), parameters, parameterTypes: [25, 17, 23] });
      recording.add('notice', {
        severity: a,
        sqlstate: b,
        message: errorResponse('N', { S: c, V: a, C: b, M: c, D: a, H: b, W: c, q: a, p: '1' }),
      });
      recording.add('notification', {
        channel: a,
        backend: 1,
        message: message('A', new Uint8Array(4), utf8(`${b}\0${c}\0`)),
      });
      recording.add('parameterStatus', { name: a, message: message('S', utf8(`${b}\0${c}\0`)) });
      recording.add('copyOut', {
        statement: 1,
        ordinal: 0,
        rows: 1,
        continued: false,
        data: message('d', utf8(c), bytes),
      });
      recording.outcome(1, {
        tag: a,
        answer: concat(rowDescription([a, 25], [b, 17, 1], [c, 23]), dataRow(c, bytes, b)),
      });
      const failure = errorResponse('E', { S: a, C: b, M: c, P: '2' });
      recording.outcome(1, { status: 'failed', sqlstate: b, answer: failure });
      recording.outcome(1, { status: b, tag: a, transaction: c, answer: bytes });
      recording.add('sessionClosed', { outcome: a, sqlstate: b, reason: c });
      const { text: written } = paintWindow(recording.events);
      expect(undressed(written)).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/u);
    }),
    { numRuns: 300 },
  );
});

test('no payload makes the painter throw', () => {
  const bytes = fc.uint8Array({ maxLength: 80 });
  const letter = fc.constantFrom('T', 'D', 'E', 'N', 'A', 'S', 'd', 'H', 't');
  const payload = fc.oneof(
    bytes,
    fc.tuple(letter, bytes).map(([type, body]) => message(type, body)),
  );
  fc.assert(
    fc.property(payload, payload, payload, (a, b, c) => {
      const recording = new SessionRecording();
      recording.add('statement', { ...SIMPLE, text: a, parameters: b });
      recording.add('description', { target: 'S', name: '', message: a });
      recording.add('rows', {
        statement: 1,
        ordinal: 0,
        rows: 1,
        continued: true,
        describedAt: 1,
        answer: b,
      });
      recording.add('rows', {
        statement: 1,
        ordinal: 0,
        rows: 1,
        continued: false,
        describedAt: 1,
        answer: c,
      });
      recording.add('copyIn', { statement: 1, bytes: 1, continued: true, data: a });
      recording.add('copyIn', { statement: 1, bytes: 1, continued: false, data: b });
      recording.add('notice', { severity: '', sqlstate: '', message: c });
      recording.outcome(1, { status: 'failed', answer: a });
      expect(paintWindow(recording.events).text).not.toBe('');
    }),
    { numRuns: 300 },
  );
});
