import { expect, test } from 'vitest';
import { styled } from '../../shared/replay/palette.ts';
import { classOf, styledLines } from './styled-lines.ts';

const told = (text: string) =>
  styledLines(text).map((line) => line.map(({ text: run, look }) => [run, classOf(look)]));

test('colours become classes, go on over lines and end where they end', () => {
  expect(told(`${styled('prompt', 'shop=> ')}SELECT 1;\r\n\x1b[31mERROR\r\nstill\x1b[39m not\r\n`)).toEqual([
    [
      ['shop=> ', 'sgr-34'],
      ['SELECT 1;', undefined],
    ],
    [['ERROR', 'sgr-31']],
    [
      ['still', 'sgr-31'],
      [' not', undefined],
    ],
  ]);
});

test('looks nest, and a reset ends them all', () => {
  expect(told(`\x1b[1m${styled('masked', `a${styled('hidden', '␛')}`)}b\x1b[0mc`)).toEqual([
    [
      ['a', 'sgr-36 sgr-bold'],
      ['␛', 'sgr-36 sgr-bold sgr-inverse'],
      ['b', 'sgr-bold'],
      ['c', undefined],
    ],
  ]);
});

test('of a recorded stream nothing but text is left, and no empty line at its end', () => {
  expect(told('a\x1b[2Jb\x1b[?25l\r\n\r\nc\x08\x1b(Bd\r\n\r\n')).toEqual([
    [['ab', undefined]],
    [],
    [['cd', undefined]],
  ]);
});
