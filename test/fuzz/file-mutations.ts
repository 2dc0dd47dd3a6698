/** What is sent beside a volume, or in its place. */
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutation, placeOfLinks, volume } from './mutated.ts';
import { pick } from './weird-events.ts';

export const FILES: readonly Mutation[] = [
  {
    name: 'a journal beside it',
    mutate: (m) => writeFileSync(`${volume(m)}-journal`, Buffer.alloc(600, 0xd9)),
  },
  {
    name: 'a write-ahead log beside it',
    mutate: (m) => writeFileSync(`${volume(m)}-wal`, Buffer.alloc(4096, 0x37)),
  },
  {
    name: 'an index of a log beside it',
    mutate: (m) => writeFileSync(`${volume(m)}-shm`, Buffer.alloc(32_768, 3)),
  },
  {
    name: 'a seal of nothing',
    mutate: (m) => writeFileSync(`${volume(m)}.seal`, pick(m.dice, ['', 'x', 'a\n\n— b c\n'])),
  },
  {
    name: 'a seal without end',
    mutate: (m) => writeFileSync(`${volume(m)}.seal`, Buffer.alloc(100_000, 65)),
  },
  { name: 'a tombstone of nothing', mutate: (m) => writeFileSync(`${volume(m)}.expired`, 'gone') },
  {
    name: 'another name',
    mutate: (m) =>
      renameSync(
        volume(m),
        join(m.folder, pick(m.dice, ['x.audit', '..audit', 'ü\u202e.audit', `${'n'.repeat(200)}.audit`])),
      ),
  },
  {
    name: 'a copy beside it',
    mutate: (m) => writeFileSync(join(m.folder, 'copy.audit'), readFileSync(volume(m))),
  },
  {
    name: 'a link in its place',
    mutate: (m) => {
      const path = volume(m);
      const away = placeOfLinks(m.folder);
      renameSync(path, away);
      symlinkSync(away, path);
    },
  },
  { name: 'a folder of that name', mutate: (m) => mkdirSync(join(m.folder, 'folder.audit')) },
  { name: 'a text of that name', mutate: (m) => writeFileSync(join(m.folder, 'text.audit'), 'not SQLite') },
];
