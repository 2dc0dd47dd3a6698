/** What chance does to a file, and what people do who know how SQLite lays out pages. */
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import type { Dice } from '../torture/dice.ts';
import { edit, flip, type Mutation, volume } from './mutated.ts';

const PAGE_BYTES = 8192;

export const BYTES: readonly Mutation[] = [
  { name: 'bytes flipped', mutate: (m) => edit(m, (file) => flip(file, m.dice, 1 + m.dice.below(8))) },
  {
    name: 'bytes of the evidence flipped',
    mutate: (m) =>
      edit(m, (file) => flip(file, m.dice, 40, file.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])))),
  },
  {
    name: 'the first hundred bytes changed',
    mutate: (m) => edit(m, (file) => flip(file.subarray(0, 100), m.dice, 2)),
  },
  {
    name: 'cut off',
    mutate: (m) => {
      const path = volume(m);
      truncateSync(path, m.dice.below(readFileSync(path).length));
    },
  },
  {
    name: 'goes on with something',
    mutate: (m) => appendFileSync(volume(m), Buffer.alloc(1 + m.dice.below(20_000), 1)),
  },
  { name: 'a page of zeros', mutate: (m) => edit(m, (file) => pageOf(file, m.dice).fill(0)) },
  {
    name: 'a page in the place of another',
    mutate: (m) => edit(m, (file) => pageOf(file, m.dice).set(pageOf(file, m.dice))),
  },
  {
    name: 'a page that leads to itself, or anywhere',
    mutate: (m) =>
      edit(m, (file) => {
        const pages = Math.floor(file.length / PAGE_BYTES);
        const number = 1 + m.dice.below(pages - 1);
        const page = file.subarray(number * PAGE_BYTES, (number + 1) * PAGE_BYTES);
        // An interior page of a table (SQLite's file format §1.6): its cells and its right-most pointer name pages.
        page[0] = 5;
        page.writeUInt32BE(1 + m.dice.below(pages), 8);
        for (let at = 100; at < PAGE_BYTES - 4; at += 50) page.writeUInt32BE(1 + m.dice.below(pages), at);
      }),
  },
  { name: 'nothing in it', mutate: (m) => truncateSync(volume(m), 0) },
];

function pageOf(file: Buffer, dice: Dice): Buffer {
  const page = dice.below(Math.floor(file.length / PAGE_BYTES));
  return file.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
}
