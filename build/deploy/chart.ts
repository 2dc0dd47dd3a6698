/**
 * The chart as Helm would make manifests of it, for tests on machines without Helm: the few words of its template language
 * that our templates are held to (if, end, quote, toYaml, nindent, and paths), and an error for any other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';

const CHART = join(import.meta.dirname, 'chart');

/** What templates may name, as Helm calls it. */
export interface ChartScope {
  readonly Values: unknown;
  readonly Release: { readonly Name: string; readonly Namespace: string };
  readonly Chart: { readonly AppVersion: string };
}

/** The values that the chart comes with. */
export function chartValues(): Record<string, unknown> {
  return parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Record<string, unknown>;
}

/** All manifests of the chart, as a release `demo`. */
export function manifests(values: unknown): unknown[] {
  const { appVersion } = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8')) as { appVersion: string };
  const scope: ChartScope = {
    Values: values,
    Release: { Name: 'demo', Namespace: 'default' },
    Chart: { AppVersion: appVersion },
  };
  return readdirSync(join(CHART, 'templates'))
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .flatMap((file) => {
      const text = render(readFileSync(join(CHART, 'templates', file), 'utf8'), scope);
      return parseAllDocuments(text).map((document) => {
        const [broken] = [...document.errors, ...document.warnings];
        if (broken !== undefined) throw new SyntaxError(`${file}: ${broken.message}\n${text}`);
        return document.toJS() as unknown;
      });
    })
    .filter((manifest) => manifest !== null);
}

/** Fills a template. Throws a SyntaxError for what it does not know. */
export function render(template: string, scope: ChartScope): string {
  const action = /\{\{(-?)\s*(.*?)\s*(-?)\}\}/gs;
  const shown: boolean[] = [];
  let text = '';
  let trim = false;
  let from = 0;
  const say = (part: string): void => {
    if (shown.every(Boolean)) text += part;
  };
  for (const match of template.matchAll(action)) {
    const [whole, left, words = '', right] = match;
    const before = template.slice(from, match.index);
    const begun = trim ? before.trimStart() : before;
    say(left === '-' ? begun.trimEnd() : begun);
    const [, condition] = /^if (\S+)$/.exec(words) ?? [];
    if (condition !== undefined) shown.push(isTrue(lookUp(condition, scope)));
    else if (words === 'end') shown.pop();
    else if (shown.every(Boolean)) say(valueOf(words, scope));
    trim = right === '-';
    from = match.index + whole.length;
  }
  if (shown.length > 0) throw new SyntaxError('an if has no end');
  const rest = template.slice(from);
  say(trim ? rest.trimStart() : rest);
  return text;
}

/** `PATH | FUNCTION …`, or `toYaml PATH | …`. */
function valueOf(words: string, scope: ChartScope): string {
  const [first = '', ...filters] = words.split('|').map((part) => part.trim());
  const [, yaml, path = ''] = /^(toYaml )?(\S+)$/.exec(first) ?? [];
  const value = lookUp(path, scope);
  let text = yaml === undefined ? String(value) : stringify(value).trimEnd();
  for (const filter of filters) {
    const [, width] = /^nindent (\d+)$/.exec(filter) ?? [];
    if (filter === 'quote') text = JSON.stringify(text);
    else if (width !== undefined) text = `\n${text}`.replaceAll(/\n/g, `\n${' '.repeat(Number(width))}`);
    else throw new SyntaxError(`the function "${filter}" is not known here`);
  }
  return text;
}

function lookUp(path: string, scope: ChartScope): unknown {
  if (!/^(\.[A-Za-z]+)+$/.test(path)) throw new SyntaxError(`"${path}" is not known here`);
  const value = path
    .slice(1)
    .split('.')
    .reduce<unknown>((within, name) => (within as Record<string, unknown> | undefined)?.[name], scope);
  if (value === undefined) throw new SyntaxError(`${path} is not in values.yaml`);
  return value;
}

/** As Go's templates have it: what is empty is false. */
function isTrue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
