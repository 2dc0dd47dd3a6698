/** The tables of docs/configuration.md, from the schema of auditorium.yaml: one a section, between marks in the page. */
import { z } from 'zod';
import { ConfigFile } from '../../gateway/config-schema.ts';
import { code, table } from './markdown.ts';
import { type Schema, type Setting, settingsOf } from './settings.ts';

/** Puts each section’s table between `<!-- settings NAME -->` and `<!-- /settings -->`. Throws where a section has no place. */
export function configurationPage(page: string): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod types JSON Schema more widely than it writes it
  const schema = z.toJSONSchema(ConfigFile, { io: 'input', unrepresentable: 'any' }) as Schema;
  return Object.entries(schema.properties ?? {}).reduce(
    (text, [name, section]) => withSection(text, name, section),
    page,
  );
}

function withSection(page: string, name: string, section: Schema): string {
  const place = new RegExp(`(<!-- settings ${name} -->\n)[^]*?(\n<!-- /settings -->)`);
  if (!place.test(page)) throw new Error(`docs/configuration.md has no place for the settings of ${name}`);
  return page.replace(place, (_, begin: string, end: string) => `${begin}\n${rowsOf(name, section)}\n${end}`);
}

function rowsOf(name: string, section: Schema): string {
  const settings = settingsOf(section.type === 'array' ? (section.items ?? {}) : section);
  if (settings.length === 0) return section.description ?? '';
  for (const { path, meaning } of settings)
    if (meaning === '') throw new Error(`${name}.${path} has no description in its schema`);
  return table(['setting', 'takes', 'default', 'means'], settings.map(rowOf));
}

function rowOf({ path, takes, otherwise, required, meaning }: Setting): string[] {
  const fallback = required ? '**needed**' : otherwise === null ? '' : code(otherwise);
  return [code(path), takes, fallback, meaning];
}
