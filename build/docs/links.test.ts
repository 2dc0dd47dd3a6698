/** Links of the documents lead somewhere, and the index to every page. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { anchorOf } from './markdown.ts';
import { prose, ROOT, TEXTS } from './testing/reading.ts';

/** Anchors of a page: its headings, a number behind those that were there before. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...prose(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = anchorOf(heading);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
  return new Set(anchors);
}

/** Links that lead nowhere. */
function deadLinks(path: string, text: string): string[] {
  const links = [
    ...prose(text)
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^()\s]+(?:\([^()]*\))?)\)/g),
  ];
  return links
    .map(([, target = '']) => target)
    .filter((target) => !/^(?:https?|mailto):/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const there = file === '' ? path : relative(ROOT, resolve(ROOT, dirname(path), file));
      if (!existsSync(join(ROOT, there))) return true;
      if (anchor === undefined || !there.endsWith('.md')) return false;
      return !anchorsOf(readFileSync(join(ROOT, there), 'utf8')).has(anchor);
    });
}

test.each([...TEXTS])('links of %s lead to files and headings that are there', (path, text) => {
  expect(deadLinks(path, text)).toEqual([]);
});

test('the index leads to every page', () => {
  const index = TEXTS.get('docs/README.md') ?? '';
  const pages = [...TEXTS.keys()].filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(pages.filter((path) => !index.includes(`(${path.slice('docs/'.length)})`))).toEqual([]);
});
