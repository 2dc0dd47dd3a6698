/** The forms in which a masked value may get out. */
import { needlesOf, type Needle } from '../secrets/needles.ts';

/** Pieces shorter than this are found by chance in what a session says. */
const PIECE = 5;

/** A number with dashes: as it is, encoded, without its dashes, backwards, and pieces of it. */
export function needlesOfNumber(number: string): Needle[] {
  const backwards = number.split('').toReversed().join('');
  const pieces = Array.from({ length: number.length - PIECE + 1 }, (_, at) =>
    number.slice(at, at + PIECE),
  ).filter((piece) => piece.includes('-'));
  return [
    ...needlesOf(number, number),
    {
      name: `${number} as an integer`,
      isIn: (bytes) => INTEGERS.some((head) => bytes.includes(integer(head, number))),
    },
    ...needlesOf(`${number} without dashes`, number.replaceAll('-', '')),
    ...needlesOf(`${number} backwards`, backwards),
    { name: `the end of ${number} as a SQLSTATE`, isIn: (bytes) => bytes.includes(`P${number.slice(-4)}`) },
    ...pieces.map((piece) => ({
      name: `${piece} of ${number}`,
      isIn: (bytes: Buffer) => bytes.includes(piece),
    })),
  ];
}

/** What stands before four bytes of an integer in binary: the length of an int4, the upper half of an int8. */
const INTEGERS = [4, 0] as const;

function integer(head: number, number: string): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(head, 0);
  bytes.writeInt32BE(Number(number.replaceAll('-', '')), 4);
  return bytes;
}
