/** What the documents show is so: links lead somewhere, commands are understood, files of YAML and JSON load. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadModule, parseSync } from 'libpg-query';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseSettings } from '../../gateway/config.ts';
import { parsePolicy } from '../../gateway/policy/reading.ts';
import { type CommandEntry, commandTable, flatten } from '../../main/completion/command-table.ts';
import { programOf } from '../../main/program.ts';
import { PERMISSION_NAMES } from '../../shared/api/permission.ts';
import { parseFilter } from '../../shared/filter/parse.ts';
import { anchorOf } from './markdown.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/*.md', { cwd: ROOT })].toSorted();
const TEXTS = new Map(PAGES.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
const ENTRIES = flatten(commandTable(programOf('0.0.0')));

interface Fence {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^( *)```(\w*)\n([^]*?)^\1```$/gm;

function fencesOf(text: string): Fence[] {
  return [...text.matchAll(FENCE)].map(([, , language = '', inner = '']) => ({ language, text: inner }));
}

const prose = (text: string): string => text.replaceAll(FENCE, '');

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

/** Words of a line as a shell takes them, up to what is for the shell itself. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:[^\s"'|<>;&#]|"(?:[^"\\]|\\.)*"|'[^']*')+|[|<>;&]+|#.*/g)].map(
    ([word]) => word,
  );
  const end = words.findIndex((word) => /^(?:[|<>;&]|#)/.test(word));
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replaceAll(/["']/g, ''));
}

/** Command lines of auditorium in a block of a terminal, lines joined that end in a back slash. */
function commandLines(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => /(?:^|[$(] ?|^\$ |; |&& )(?:npx )?auditorium ([^)\n]*)/.exec(line)?.[1] ?? []);
}

/** Why the program does not take a line; null: it does. */
function fault(line: string): string | null {
  const program = silenced(programOf('0.0.0'));
  const before = process.env['AWS_ENDPOINT_URL_S3'];
  try {
    program.parse(wordsOf(line), { from: 'user' });
    return null;
  } catch (error) {
    return error instanceof Error && !/outputHelp/.test(error.message) ? error.message : null;
  } finally {
    if (before === undefined) delete process.env['AWS_ENDPOINT_URL_S3'];
    else process.env['AWS_ENDPOINT_URL_S3'] = before;
  }
}

/** The program, every command of which does nothing. */
function silenced(command: Command): Command {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (
    command.commands.length === 0 ||
    command.registeredArguments.length > 0 ||
    command.name() !== 'auditorium'
  )
    command.action(() => undefined);
  for (const child of command.commands) silenced(child);
  return command;
}

/** Of a command as text names it, with its words in any state: what no command or option is. */
function unknownIn(mention: string): string[] {
  const words = wordsOf(
    mention
      .replaceAll('\\|', '|')
      .replaceAll(/[[\](){}]/g, ' ')
      .replaceAll('|', ' '),
  );
  let at: CommandEntry | undefined = ENTRIES[0];
  const unknown: string[] = [];
  for (const [index, word] of words.entries()) {
    const below: CommandEntry | undefined = at?.commands.find(({ path }) => path.at(-1) === word);
    if (below !== undefined && below.commands.length > 0) at = below;
    else if (below !== undefined) at = words[index + 1]?.startsWith('-') === true ? below : (at ?? below);
    else if (index === 0 && /^[a-z]/.test(word)) unknown.push(word);
    if (!word.startsWith('--')) continue;
    const long = word.replace(/[=,.;:].*$/, '');
    const command: string = words.find((each) => !each.startsWith('-')) ?? '';
    const family = ENTRIES.filter(({ path }) => path[1] === command);
    if (
      !['--help', '--version'].includes(long) &&
      !family.some(({ options }) => options.some((option) => option.long === long))
    )
      unknown.push(long);
  }
  return unknown;
}

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

describe.each([...TEXTS])('%s', (path, text) => {
  test('links lead to files and headings that are there', () => {
    expect(deadLinks(path, text)).toEqual([]);
  });

  test('command lines are understood', () => {
    const shown = fencesOf(text)
      .filter(({ language }) => ['', 'sh', 'console', 'yaml'].includes(language))
      .flatMap((fence) => commandLines(fence.text))
      .filter((line) => !/…|\[|\bCOMMAND\b|^\(|^COMMAND/.test(line));
    const faults = path === 'docs/cli.md' ? [] : shown.map((line) => ({ line, why: fault(line) }));
    expect(faults.filter(({ why }) => why !== null)).toEqual([]);
  });

  test('commands and options that it mentions exist', () => {
    const mentions = [...prose(text).matchAll(/`(?:npx )?auditorium ([^`\n]+)`/g)]
      .map(([, mention = '']) => mention)
      .filter((mention) => !/^(?:COMMAND|checkpoint|case 1|case entry|bundle |…)/.test(mention));
    expect(mentions.filter((mention) => unknownIn(mention).length > 0)).toEqual([]);
  });

  test('files of YAML and JSON load', () => {
    const faults = fencesOf(text).flatMap(({ language, text: inner }) => {
      if (language === 'yaml') return yamlFault(inner) ?? [];
      if (language === 'json' && !inner.includes('…')) return jsonFault(inner) ?? [];
      return [];
    });
    expect(faults).toEqual([]);
  });
});

function jsonFault(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return String(error);
  }
}

test('the index leads to every page', () => {
  const index = TEXTS.get('docs/README.md') ?? '';
  const pages = PAGES.filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(pages.filter((path) => !index.includes(`(${path.slice('docs/'.length)})`))).toEqual([]);
});

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
