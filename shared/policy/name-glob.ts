/**
 * Globs over names of a database: `users` (in any schema), `public.*`, `*.pii_*`, `public.users.email`, `public."Users"`.
 * Read as SQL reads names: folded to lower case but for what stands in double quotes. `*` is any run of characters within
 * one part, `**` any run of whole parts and characters.
 */

/** A compiled glob. */
export interface NameGlob {
  /** As written. */
  readonly glob: string;
  /** The name, as the catalog gives it, is one the glob means: parts that the glob leaves out at its front may be any. */
  is(name: string): boolean;
  /**
   * The name may be one the glob means: of a name that says less than the glob (`users` for `public.users`) only its own
   * parts are compared, and `schema.table.*` is every column that the glob's could be.
   */
  mayBe(name: string): boolean;
}

/** One part of a name: quoted, or plain characters. */
const PART = /"(?:[^"]|"")+"|[^".\s]+/y;

/** Compiles a glob of at most `depth` parts; null when it is none. */
export function parseNameGlob(glob: string, depth: number): NameGlob | null {
  const parts = partsOf(glob);
  if (parts === null || parts.length > depth) return null;
  const whole = matcherOf(parts, true);
  const tail = tailTest(parts);
  const ofTable = tailTest(parts.slice(0, -1));
  const anyTable = parts.length === 1 || parts.some((part) => part.includes('**'));
  return {
    glob,
    is: (name) => whole.test(name),
    mayBe(name) {
      if (name === '*') return true;
      return name.endsWith('.*') ? anyTable || ofTable(name.slice(0, -2)) : tail(name);
    },
  };
}

/** Compares as many parts, from the last, as the name has. */
function tailTest(parts: readonly string[]): (name: string) => boolean {
  const matchers = parts.map((_, from) => matcherOf(parts.slice(from), from === 0));
  return (name) => matchers[Math.max(0, parts.length - name.split('.').length)]?.test(name) ?? false;
}

/** The glob's parts, unquoted parts folded, characters of quoted ones that would be globs escaped; null: not a name. */
function partsOf(glob: string): readonly string[] | null {
  const parts: string[] = [];
  let at = 0;
  while (at <= glob.length) {
    PART.lastIndex = at;
    const [part] = PART.exec(glob) ?? [];
    if (part === undefined) return null;
    parts.push(part.startsWith('"') ? part : part.toLowerCase());
    at += part.length;
    if (at === glob.length) return parts;
    if (glob[at] !== '.') return null;
    at++;
  }
  return null;
}

/** Matches a whole name; with `anyFront`, a name with any parts before those of the glob as well. */
function matcherOf(parts: readonly string[], anyFront: boolean): RegExp {
  return new RegExp(`^${anyFront ? '(?:.*\\.)?' : ''}${parts.map(sourceOf).join('\\.')}$`, 'su');
}

function sourceOf(part: string): string {
  if (part.startsWith('"')) return escaped(part.slice(1, -1).replaceAll('""', '"'));
  return part
    .split('**')
    .map((run) => run.split('*').map(escaped).join('[^.]*'))
    .join('.*');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}
