/**
 * The chart as Helm would make manifests of it, for tests on machines without Helm: the few words of its template language
 * that our templates are held to (if, not, hasKey, else, end, fail, quote, toYaml, omit, nindent, and paths), and an error for any other.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';

const CHART = join(import.meta.dirname, 'chart');

/** What templates may name, as Helm calls it. */
export interface ChartScope {
  readonly Values: unknown;
  readonly Release: { readonly Name: string; readonly Namespace: string; readonly Revision: number };
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
    Release: { Name: 'demo', Namespace: 'default', Revision: 1 },
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
    const [, condition] = /^if (.+)$/.exec(words) ?? [];
    const [, refusal] = /^fail "([^"]+)"$/.exec(words) ?? [];
    if (condition !== undefined) shown.push(holds(condition, scope));
    else if (words === 'else') shown.push(shown.pop() === false);
    else if (words === 'end') shown.pop();
    else if (refusal !== undefined) refuse(refusal, shown.every(Boolean));
    else if (!words.startsWith('/*') && shown.every(Boolean)) say(valueOf(words, scope));
    trim = right === '-';
    from = match.index + whole.length;
  }
  if (shown.length > 0) throw new SyntaxError('an if has no end');
  const rest = template.slice(from);
  say(trim ? rest.trimStart() : rest);
  return text;
}

/** `PATH`, `not PATH` or `hasKey PATH "NAME"`. */
function holds(condition: string, scope: ChartScope): boolean {
  const [, owner, key = ''] = /^hasKey (\S+) "(\w+)"$/.exec(condition) ?? [];
  if (owner !== undefined) return Object.hasOwn(lookUp(owner, scope) as object, key);
  const [, not] = /^not (\S+)$/.exec(condition) ?? [];
  return not === undefined ? isTrue(lookUp(condition, scope)) : !isTrue(lookUp(not, scope));
}

function refuse(why: string, reached: boolean): void {
  if (reached) throw new RangeError(why);
}

/** `PATH | FUNCTION …`, or `toYaml PATH | …`. */
function valueOf(words: string, scope: ChartScope): string {
  const [first = '', ...filters] = words.split('|').map((part) => part.trim());
  const [, whole, without = ''] = /^toYaml \(omit (\S+)((?: "\w+")+)\)$/.exec(first) ?? [];
  const [, yaml, path = ''] = /^(toYaml )?(\S+)$/.exec(whole === undefined ? first : `toYaml ${whole}`) ?? [];
  const found = lookUp(path, scope);
  const value = whole === undefined ? found : omit(found as object, without.match(/\w+/g) ?? []);
  let text = yaml === undefined ? String(value) : stringify(value).trimEnd();
  for (const filter of filters) {
    const [, width] = /^nindent (\d+)$/.exec(filter) ?? [];
    if (filter === 'quote') text = JSON.stringify(text);
    else if (width !== undefined) text = `\n${text}`.replaceAll(/\n/g, `\n${' '.repeat(Number(width))}`);
    else throw new SyntaxError(`the function "${filter}" is not known here`);
  }
  return text;
}

function omit(from: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)));
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
