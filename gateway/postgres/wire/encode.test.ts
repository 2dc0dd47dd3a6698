import { PassThrough } from 'node:stream';
import { parse } from 'pg-protocol';
import { expect, test } from 'vitest';
import {
  authenticationCleartextPassword,
  authenticationOk,
  backendKeyData,
  errorResponse,
  negotiateProtocolVersion,
  noticeResponse,
  parameterStatus,
  readyForQuery,
} from './encode.ts';
import { parseErrorResponse, type PostgresError } from './errors.ts';

/** What an independent parser makes of messages. */
async function parsed(...messages: readonly Buffer[]): Promise<object[]> {
  const stream = new PassThrough();
  const seen: object[] = [];
  // An error's message is not enumerable.
  const done = parse(stream, (message) =>
    seen.push({ ...message, ...('message' in message && { message: message.message }) }),
  );
  stream.end(Buffer.concat(messages));
  await done;
  return seen;
}

test('an independent parser reads every message of a start-up', async () => {
  const messages = await parsed(
    authenticationCleartextPassword(),
    authenticationOk(),
    parameterStatus('TimeZone', 'Europe/Zürich'),
    backendKeyData(0x7fffffff, Buffer.from([0x80, 0, 0, 1])),
    readyForQuery('I'),
  );
  expect(messages).toMatchObject([
    { name: 'authenticationCleartextPassword', length: 8 },
    { name: 'authenticationOk', length: 8 },
    { name: 'parameterStatus', parameterName: 'TimeZone', parameterValue: 'Europe/Zürich' },
    { name: 'backendKeyData', processID: 0x7fffffff, secretKey: -0x7fffffff },
    { name: 'readyForQuery', status: 'I' },
  ]);
});

test('an independent parser reads every field of an error and a notice', async () => {
  const error = { sqlstate: '28000', message: 'no', detail: 'why', hint: 'do this' };
  const fields = { code: '28000', message: 'no', detail: 'why', hint: 'do this' };
  expect(
    await parsed(
      errorResponse({ severity: 'FATAL', ...error }),
      noticeResponse({ severity: 'NOTICE', ...error }),
    ),
  ).toMatchObject([
    { name: 'error', severity: 'FATAL', ...fields },
    { name: 'notice', severity: 'NOTICE', ...fields },
  ]);
});

test('an error reads back as it was written, whatever is absent', () => {
  const errors: PostgresError[] = [
    { severity: 'FATAL', sqlstate: '57P03', message: 'starting' },
    { severity: 'ERROR', sqlstate: '0A000', message: 'no', hint: 'do this' },
  ];
  expect(errors.map((error) => parseErrorResponse(errorResponse(error).subarray(5)))).toEqual(errors);
});

test('a NUL in a text cannot begin another field', () => {
  const error: PostgresError = { severity: 'FATAL', sqlstate: '08P01', message: 'a\0CXXXXX\0' };
  expect(parseErrorResponse(errorResponse(error).subarray(5))).toEqual({ ...error, message: 'a�CXXXXX�' });
});

test('NegotiateProtocolVersion is laid out as the manual says', () => {
  expect(negotiateProtocolVersion(2, ['_pq_.a']).toString('latin1')).toBe(
    'v\0\0\0\x13\0\x03\0\x02\0\0\0\x01_pq_.a\0',
  );
});
