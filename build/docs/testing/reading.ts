/** The pages of docs/, as tests read them. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

/** Every page with its text, by its path from the root. */
export const TEXTS: ReadonlyMap<string, string> = new Map(
  ['README.md', 'ARCHITECTURE.md', ...globSync('docs/*.md', { cwd: ROOT })]
    .toSorted()
    .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
);

/** A block of what a terminal or a file shows. */
export interface Fence {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^( *)```(\w*)\n([^]*?)^\1```$/gm;

export function fencesOf(text: string): Fence[] {
  return [...text.matchAll(FENCE)].map(([, , language = '', inner = '']) => ({ language, text: inner }));
}

/** A page without its blocks. */
export const prose = (text: string): string => text.replaceAll(FENCE, '');
