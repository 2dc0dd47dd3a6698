/** Under which licences the packages are that the program brings along: their own words, one after the other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What packages call the file. */
const NAMES = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
}

/** The text for a package’s folder; throws where a package says nothing of its licence. */
function licenceOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const texts = readdirSync(folder)
    .filter((name) => NAMES.test(name))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const named = typeof manifest.license === 'string' ? manifest.license : null;
  if (named === null && texts.length === 0)
    throw new Error(`${manifest.name} says nothing of its licence: ${folder}`);
  const words = texts.length === 0 ? [`(its package has no text; see ${named ?? ''})`] : texts;
  return [`${manifest.name} ${manifest.version} (${named ?? 'see its text'})`, '', ...words].join('\n');
}

/** All of them, for folders below the root. */
export function licences(root: string, folders: readonly string[]): string {
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `${folders
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .toSorted()
    .map((folder) => licenceOf(join(root, folder)))
    .join(rule)}\n`;
}
