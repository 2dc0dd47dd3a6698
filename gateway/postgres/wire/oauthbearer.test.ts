import { assert, property, string, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import {
  errorChallenge,
  isAcknowledgement,
  OauthbearerError,
  parseClientFirst,
  parseSaslInitialResponse,
} from './oauthbearer.ts';

/** Ctrl-A, as `^` for reading. */
const bytes = (text: string) => Buffer.from(text.replaceAll('^', '\x01'), 'latin1');

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof OauthbearerError) return `${error.sqlstate} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

test.each([
  ['n,,^auth=Bearer abc.DEF-1_2~3+4/5==^^', 'abc.DEF-1_2~3+4/5=='],
  ['y,,^auth=Bearer t^^', 't'],
  ['n,,^auth=bEARER    t^^', 't'],
  ['n,,^host=db.example^port=5432^auth=Bearer t^^', 't'],
  ['n,,^auth=Bearer t^mtu=a=b^^', 't'],
])('%s holds a token', (message, token) => {
  expect(parseClientFirst(bytes(message))).toBe(token);
});

test('an empty auth asks where to get a token', () => {
  expect(parseClientFirst(bytes('n,,^auth=^^'))).toBeNull();
});

test.each([
  ['', 'The message is empty.'],
  ['n,,^auth=Bearer t^^\0', 'Message length does not match input length.'],
  ['p=tls-unique,,^auth=Bearer t^^', 'The server does not support channel binding for OAuth'],
  ['x,,^auth=Bearer t^^', 'Unexpected channel-binding flag.'],
  ['n', 'Key-value separator expected.'],
  ['n,b,^auth=Bearer t^^', 'Unexpected attribute in client-first-message.'],
  ['n,,auth=Bearer t^^', 'Key-value separator expected.'],
  ['n,,,^auth=Bearer t^^', 'Key-value separator expected.'],
  ['n,,^', 'Message contains an unterminated key/value pair.'],
  ['n,,^^', 'Message does not contain an auth value.'],
  ['n,,^auth=Bearer t', 'Message contains an unterminated key/value pair.'],
  ['n,,^auth=Bearer t^', 'Message did not contain a final terminator.'],
  ['n,,^auth=Bearer t^^^', 'Message contains additional data after the final terminator.'],
  ['n,,^auth=Bearer t^^x=y^^', 'Message contains additional data after the final terminator.'],
  ['n,,^auth=Bearer t^auth=Bearer u^^', 'Message contains multiple auth values.'],
  ['n,,^auth^^', 'Message contains an invalid key/value pair.'],
  ['n,,^=Bearer t^^', 'Message contains an invalid key/value pair.'],
  ['n,,^auth=Bearer t\x7f^^', 'Message contains an invalid key/value pair.'],
  ['n,,^host=h^^', 'Message does not contain an auth value.'],
  ['n,,^auth=Bearer^^', 'The auth value is no bearer token.'],
  ['n,,^auth=Bearer ^^', 'The auth value is no bearer token.'],
  ['n,,^auth=Basic dDp0^^', 'The auth value is no bearer token.'],
  ['n,,^auth=Bearer a,b^^', 'The auth value is no bearer token.'],
  ['n,,^auth=Bearer a b^^', 'The auth value is no bearer token.'],
])('%j is malformed', (message, detail) => {
  const said = refusal(() => parseClientFirst(bytes(message)));
  expect(said.startsWith(`08P01 malformed OAUTHBEARER message: ${detail}`), said).toBe(true);
});

test('an authorization identity is not supported', () => {
  expect(refusal(() => parseClientFirst(bytes('n,a=root,^auth=Bearer t^^')))).toBe(
    '0A000 client uses authorization identity, but it is not supported',
  );
});

test('whatever comes is a token, none, or refused, and a token holds nothing but what tokens do', () => {
  const outcome = (message: Buffer): boolean => {
    try {
      const token = parseClientFirst(message);
      return token === null || /^[A-Za-z0-9._~+/-]+=*$/.test(token);
    } catch (error) {
      return error instanceof OauthbearerError;
    }
  };
  assert(property(uint8Array({ maxLength: 40 }), (message) => outcome(Buffer.from(message))));
  assert(property(string(), string(), (a, b) => outcome(bytes(`n,,^auth=Bearer ${a}^${b}^`))));
});

test('the first SASL message names the mechanism and may leave the rest for later', () => {
  const message = (length: number, response: string) => {
    const head = Buffer.from('OAUTHBEARER\0\0\0\0\0');
    head.writeInt32BE(length, 12);
    return Buffer.concat([head, Buffer.from(response)]);
  };
  expect(parseSaslInitialResponse(message(3, 'abc'))).toEqual({
    mechanism: 'OAUTHBEARER',
    response: Buffer.from('abc'),
  });
  expect(parseSaslInitialResponse(message(-1, ''))).toEqual({ mechanism: 'OAUTHBEARER', response: null });
  const wrong = [
    message(2, 'abc'),
    message(4, 'abc'),
    message(-1, 'a'),
    message(-2, ''),
    Buffer.from('X\0\0'),
  ];
  const refusals = [...wrong, Buffer.from('OAUTHBEARER')].map((body) =>
    refusal(() => parseSaslInitialResponse(body)),
  );
  expect(new Set(refusals)).toEqual(new Set(['08P01 invalid SASL message']));
});

test('a failure names the discovery document and the scopes, and is acknowledged by one separator', () => {
  const challenge = errorChallenge(
    'https://issuer.example/.well-known/openid-configuration',
    'openid "groups"',
  );
  expect(JSON.parse(challenge.toString())).toEqual({
    status: 'invalid_token',
    'openid-configuration': 'https://issuer.example/.well-known/openid-configuration',
    scope: 'openid "groups"',
  });
  expect(['^', '', '^^', 'n'].map((text) => isAcknowledgement(bytes(text)))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
