import { expect, test } from 'vitest';
import { saslPrep } from './saslprep.ts';

test.each([
  // RFC 4013 §3, "Examples".
  ['a soft hyphen is left out', 'I\u00adX', 'IX'],
  ['text without anything to do', 'user', 'user'],
  ['case is kept', 'USER', 'USER'],
  ['an ordinal indicator is a letter', '\u00aa', 'a'],
  ['a Roman numeral is letters', '\u2168', 'IX'],
  // RFC 4013 §2.1 and 2.2.
  ['a space of another kind is a space', 'a\u00a0b\u3000c', 'a b c'],
  ['a composed letter and its parts are the same', 'a\u0308', '\u00e4'],
])('%s', (_, password, prepared) => {
  expect(saslPrep(password)).toBe(prepared);
});

test.each([
  ['a control character beside another alphabet', 'ä\u0007'],
  ['a private character', '\ue000ª'],
  ['a character newer than Unicode 3.2', 'ª\u{1f600}'],
  ['right-to-left text that does not end so', '\u0627\u0031ª'.slice(0, 2)],
  ['right-to-left text beside left-to-right', '\u0627a\u0628'],
  ['nothing left', '\u00ad'],
  ['half a character', 'ª\ud800'],
])('a password is left alone that has %s', (_, password) => {
  expect(saslPrep(password)).toBe(password);
});

test('plain ASCII is left alone, control characters and all', () => {
  expect(saslPrep('\u0007 \u007f')).toBe('\u0007 \u007f');
});

test('right-to-left text that keeps the rules is prepared', () => {
  expect(saslPrep('\u0627\u0031\u00ad\u0628')).toBe('\u0627\u0031\u0628');
});
