import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exported, opened, temporaryFolder } from '../testing/exported.ts';
import { writeHostileArchive } from '../testing/hostile-archive.ts';

/** Poppler's reader of text, where it is installed. */
const reader = spawnSync('pdftotext', ['-v']).error === undefined ? 'pdftotext' : null;

test('is a PDF of several pages whose text can be selected, and acts on nothing', async () => {
  const folder = temporaryFolder();
  writeHostileArchive(join(folder, 'archive'));
  const pdf = await exported(await opened(join(folder, 'archive')), 'pdf');
  const raw = pdf.toString('latin1');
  expect([
    raw.startsWith('%PDF-1.'),
    raw.match(/\/Type \/Page\b(?!s)/g)?.length,
    // A table of characters for every font: without it, text is pictures of glyphs.
    (raw.match(/\/ToUnicode/g)?.length ?? 0) >= 3,
    /\/JavaScript|\/Launch|\/URI|\/OpenAction|\/EmbeddedFile/.test(raw),
  ]).toEqual([true, 3, true, false]);
});

test.skipIf(reader === null)(
  'has head, foot and number on every page, and every recorded character (skipped where there is no pdftotext)',
  async () => {
    const folder = temporaryFolder();
    writeHostileArchive(join(folder, 'archive'));
    const path = join(folder, 'report.pdf');
    writeFileSync(path, await exported(await opened(join(folder, 'archive')), 'pdf'));
    const pages = spawnSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
      .stdout.split('\f')
      .slice(0, -1);
    const heads = pages.map((page) => page.trimStart().split('\n')[0]);
    const feet = pages.map((page) =>
      page
        .trimEnd()
        .split('\n')
        .at(-1)
        ?.trim()
        .replace(/[0-9a-f]{64}/, '#'),
    );
    const text = pages.join('\n');
    expect([
      new Set(heads),
      feet,
      [
        'drop table orders',
        '＝1+1',
        '</script><script>alert(1)</script>',
        'user⟨U+202E⟩nimda',
        '␛',
        'outcome',
        'unknown: the record ends',
      ].filter((piece) => !text.includes(piece)),
    ]).toEqual([
      new Set(['Auditorium 1.2.3 audit report · 2026-11-22T12:00:00.000000Z · everything']),
      [1, 2, 3].map((page) => `hash of the sessions (SHA-256) # · page ${page} of 3`),
      ['outcome'],
    ]);
  },
);
