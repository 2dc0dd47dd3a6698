/** Files, filters and SQL that the documents show are what they are shown as. */
import { loadModule, parseSync } from 'libpg-query';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseSettings } from '../../gateway/config.ts';
import { parsePolicy } from '../../gateway/policy/reading.ts';
import { PERMISSION_NAMES } from '../../shared/api/permission.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { fencesOf, prose, ROOT, TEXTS } from './testing/reading.ts';

/** What a fragment of auditorium.yaml stands in. */
const BASE = {
  issuers: [
    { name: 'okta', profile: 'okta', issuer: 'https://example.okta.com/oauth2/default', audience: 'a' },
  ],
  roles: { viewer: ['staff'], investigator: [], reviewer: ['dba'], admin: ['platform'] },
  archive: './archive',
};
const SECTIONS = new Set([
  'gateway',
  'archive',
  'anchors',
  'issuers',
  'connections',
  'policy',
  'roles',
  'approvals',
  'serve',
]);

/** Why a block of YAML does not load as what it is; null: it does. */
function yamlFault(text: string): string | null {
  try {
    const value: unknown = parse(text);
    if (Array.isArray(value)) return ruleFault(value);
    if (typeof value !== 'object' || value === null) return 'no mapping';
    const keys = Object.keys(value);
    if (keys.includes('version') && keys.includes('rules')) parsePolicy(text, 'example');
    else if (keys.every((key) => SECTIONS.has(key)) && !('rules' in value))
      parseSettings(JSON.stringify({ ...BASE, ...value }), ROOT, 'example');
    return null;
  } catch (error) {
    return String(error);
  }
}

/** Of rules alone; other lists are other programs' affair. */
function ruleFault(rules: readonly unknown[]): string | null {
  if (!rules.every((rule) => typeof rule === 'object' && rule !== null && 'effect' in rule)) return null;
  parsePolicy(JSON.stringify({ version: 1, rules }), 'example');
  return null;
}

test.each([...TEXTS])('files of YAML and JSON in %s load', (_, text) => {
  const faults = fencesOf(text).flatMap(({ language, text: inner }) => {
    if (language === 'yaml') return yamlFault(inner) ?? [];
    if (language === 'json' && !inner.includes('…')) return jsonFault(inner) ?? [];
    return [];
  });
  expect(faults).toEqual([]);
});

function jsonFault(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return String(error);
  }
}

test('SQL that is shown is SQL', async () => {
  await loadModule();
  const texts = [...TEXTS.values()];
  const fences = texts.flatMap((text) => fencesOf(text)).filter(({ language }) => language === 'sql');
  const options = texts.flatMap((text) =>
    Array.from(text.matchAll(/--sql '([^'\n]+)'/g), ([, sql = '']) => sql),
  );
  const shown = fences.map((fence) => fence.text).concat(options);
  expect(shown.filter((sql) => parseFault(sql) !== null)).toEqual([]);
  expect(shown.length).toBeGreaterThan(1);
});

function parseFault(sql: string): string | null {
  try {
    parseSync(sql);
    return null;
  } catch (error) {
    return String(error);
  }
}

/** What looks like a filter within a sentence: a field, a sign, a value. */
const INLINE = /`(-?[a-z]+(?::|>=?|<=?)[^\s:/`=][^`\n]*)`/g;

/** Written so, and no filters: permissions, scripts of npm, masked values; and the faults that the page of filters tells of. */
const NO_FILTERS = /^(?:bench|test|h|fdfd):/;
const FAULTS = ['tabel:orders', 'rows>many', 'table:(a or b)'];
const PERMISSIONS: ReadonlySet<string> = new Set(PERMISSION_NAMES);

test('every filter that is shown is one', () => {
  const filters = [...TEXTS.values()].flatMap((page) =>
    [/(?:auditorium find \S+|--filter) '([^'\n]+)'/g, INLINE].flatMap((form) =>
      Array.from(prose(page).matchAll(form), ([, filter = '']) => filter.replaceAll('\\|', '|')),
    ),
  );
  const faulty = filters
    .filter((filter) => !NO_FILTERS.test(filter) && !PERMISSIONS.has(filter))
    .filter((filter) => parseFilter(filter).error !== undefined);
  expect(faulty.toSorted()).toEqual(FAULTS.toSorted());
  expect(filters.length).toBeGreaterThan(50);
});
