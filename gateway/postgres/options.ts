/** The start-up parameter `options`, taken apart as a server does (postgres reference page, "Options"; pg_split_opts). */

/** A word of `options` that sets nothing. */
export class OptionsError extends Error {
  readonly word: string;
  constructor(word: string) {
    super(`invalid command-line argument for server process: ${word}`);
    this.name = 'OptionsError';
    this.word = word;
  }
}

/** C's isspace: what separates words. */
const SPACE = /[ \t\n\v\f\r]/;

/**
 * The settings in `options` by lower-case name, in their order: `-c name=value`, `-cname=value` and `--name=value`. A
 * server's other switches are refused. Throws {@link OptionsError}.
 */
export function parseOptions(options: string): [name: string, value: string][] {
  const words = splitOptions(options);
  const settings: [string, string][] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const setting = word === '-c' ? (words[++at] ?? '') : /^(?:-c|--)(.+)$/s.exec(word)?.[1];
    const parts = /^([\w.$-]+)=(.*)$/s.exec(setting ?? '');
    if (parts === null) throw new OptionsError(word);
    const [, name = '', value = ''] = parts;
    settings.push([name.toLowerCase().replaceAll('-', '_'), value]);
  }
  return settings;
}

/** Words separated by white space; a backslash takes the next character as it is, and is nothing at the very end. */
function splitOptions(options: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < options.length; at++) {
    const character = options.charAt(at);
    if (SPACE.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === '\\') word = (word ?? '') + options.charAt(++at);
    else word = (word ?? '') + character;
  }
  if (word !== null) words.push(word);
  return words;
}
