import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipBytes, decodeText } from './text.ts';
import { clipText, visible, visibleLine, visibleLines } from './visible.ts';

test.each([
  ['\u0000\u001b[31m\r\n\t', '␀␛[31m␍␊␉'],
  ['\u007f\u0085\u009b', '␡⟨U+0085⟩⟨U+009B⟩'],
  ['user\u202e\u2066\u200f\u061c', 'user⟨U+202E⟩⟨U+2066⟩⟨U+200F⟩⟨U+061C⟩'],
  ['a\u200bb\u2060c\ufeffd\u00ade', 'a⟨U+200B⟩b⟨U+2060⟩c⟨U+FEFF⟩d⟨U+00AD⟩e'],
  ['a\u00a0b\u2003c\u3000d', 'a⍽b⟨U+2003⟩c⟨U+3000⟩d'],
  ['\u{e0041}\u{e007f}', '⟨U+E0041⟩⟨U+E007F⟩'],
  ['\ud800x\udc00', '⟨U+D800⟩x⟨U+DC00⟩'],
  ['❤\ufe0f a\ufe0f', '❤\ufe0f a⟨U+FE0F⟩'],
  ['\u0301x', '◌\u0301x'],
  ['grüße 世界 🎉 e\u0301 العربية', 'grüße 世界 🎉 e\u0301 العربية'],
])('%j shows as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('what is visible stays as it is, and what was written out is not written out again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = visible(text);
      expect(visible(once)).toBe(once);
      expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u);
    }),
  );
});

test('a line is one line, cut with an ellipsis and never within a character', () => {
  expect(visibleLine('\n SELECT\n\t1 ;\n', 50)).toBe('SELECT 1 ;');
  expect(visibleLine('abcdef', 4)).toBe('abc…');
  expect(visibleLine('ab🎉cd', 4)).toBe('ab…');
  expect(clipText('🎉', 1)).toBe('');
});

test('bytes that are not UTF-8 are written out one by one, and a cut is never within a character', () => {
  expect(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa');
  expect(decodeText(new Uint8Array([0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf0, 0x9f]))).toBe(
    String.raw`\xc0\x80\xed\xa0\x80\xf0\x9f`,
  );
  const bytes = new TextEncoder().encode('aé🎉');
  const cut = Array.from({ length: 8 }, (_, limit) => decodeText(clipBytes(bytes, limit)));
  expect(cut).toEqual(['', 'a', 'a', 'aé', 'aé', 'aé', 'aé', 'aé🎉']);
});

test('line breaks and tabs of a text stay, all else that cannot be seen is written out', () => {
  expect(visibleLines('a\tb\r\nc\u202ed\n\u001b[31m')).toBe('a\tb\nc⟨U+202E⟩d\n␛[31m');
});
