/**
 * Spells an expression so that V8's second engine takes it, with the meaning it has under flag u: counts are written out, for the
 * engine counts to sixteen only, and what flag u adds (`\p{…}`, `\u{…}`, characters beyond the basic plane) is put in UTF-16 units.
 */

/** Written out, an expression is no longer than this: each character of a text is held against much of it at once. */
const LONGEST = 20_000;

/** Beyond this, characters take two UTF-16 units. */
const LAST_UNIT = 0xffff;

/** Of a well-formed expression (flag u) the linear spelling. Throws when it has none. */
export function linearSource(pattern: string): string {
  const source = new Spelling(pattern).alternation();
  if (source.length > LONGEST) throw new Error('it cannot be run in linear time: its counts are too large');
  return source;
}

class Spelling {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** Up to a bracket that closes, or the end. */
  alternation(): string {
    let source = '';
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ')') {
      if (this.#pattern[this.#at] === '|') {
        source += '|';
        this.#at++;
      } else source += this.#repeated(this.#atom());
      if (source.length > LONGEST) break;
    }
    return source;
  }

  #atom(): string {
    const char = this.#pattern[this.#at] as string;
    if (char === '(') return this.#group();
    if (char === '[') return this.#characters();
    if (char === '\\') {
      const escape = this.#escape();
      return isProperty(escape) ? `[${rangesOf(new RegExp(escape, 'u'), false)}]` : unitsOf(escape);
    }
    if (char === '.') {
      this.#at++;
      return other('\\n\\r\\u2028\\u2029');
    }
    const point = this.#pattern.codePointAt(this.#at) as number;
    this.#at += point > LAST_UNIT ? 2 : 1;
    return point > LAST_UNIT ? `(?:${String.fromCodePoint(point)})` : char;
  }

  /** Groups capture nothing: written out, one would be there twice. */
  #group(): string {
    const [head = '('] = /^\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/.exec(this.#pattern.slice(this.#at)) ?? [];
    this.#at += head.length;
    const inner = this.alternation();
    this.#at++;
    return `${head === '(' || /^\(\?<[^=!]/.test(head) ? '(?:' : head}${inner})`;
  }

  #characters(): string {
    const excluded = this.#pattern[this.#at + 1] === '^';
    let members = '';
    this.#at += excluded ? 2 : 1;
    while (this.#pattern[this.#at] !== ']') {
      if ((this.#pattern.codePointAt(this.#at) as number) > LAST_UNIT) throw beyondUnits();
      if (this.#pattern[this.#at] !== '\\') {
        members += this.#pattern[this.#at++] as string;
        continue;
      }
      const escape = this.#escape();
      const units = isProperty(escape) ? rangesOf(new RegExp(escape, 'u'), excluded) : unitsOf(escape);
      if (units.startsWith('(')) throw beyondUnits();
      members += units;
    }
    this.#at++;
    return excluded ? other(members) : `[${members}]`;
  }

  #escape(): string {
    const [escape = '\\'] = /^\\(?:[pPu]\{[^}]*\}|.)/s.exec(this.#pattern.slice(this.#at)) ?? [];
    if (/^\\[1-9k]/.test(escape))
      throw new Error('it cannot be run in linear time: it refers back to a group');
    this.#at += escape.length;
    return escape;
  }

  #repeated(atom: string): string {
    const [all = '', sign, from = '1', comma, to = '', lazy = ''] =
      /^(?:([*+?])|\{(\d+)(,?)(\d*)\})(\??)/.exec(this.#pattern.slice(this.#at)) ?? [];
    this.#at += all.length;
    if (all === '') return atom;
    if (sign !== undefined) return `${atom}${sign}${lazy}`;
    const least = Number(from);
    const more = comma === '' ? 0 : to === '' ? Infinity : Number(to) - least;
    const copies = least + (more === Infinity ? 1 : more);
    if (copies * atom.length > LONGEST)
      throw new Error('it cannot be run in linear time: its counts are too large');
    return atom.repeat(least) + (more === Infinity ? `${atom}*${lazy}` : `${atom}?${lazy}`.repeat(more));
  }
}

/** Any character but these, one beyond the basic plane as the two units that it is. */
function other(members: string): string {
  return `(?:[\\ud800-\\udbff][\\udc00-\\udfff]|[^${members}\\ud800-\\udfff])`;
}

function isProperty(escape: string): boolean {
  return /^\\[pP]/.test(escape);
}

/** `\u{…}` as units; of other escapes the same. */
function unitsOf(escape: string): string {
  const point = /^\\u\{([^}]*)\}$/.exec(escape)?.[1];
  if (point === undefined) return escape;
  const units = String.fromCodePoint(parseInt(point, 16))
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return units.length === 1 ? (units[0] as string) : `(?:${units.join('')})`;
}

/**
 * A property as ranges: of ASCII exactly, beyond it all there is, or nothing where a class excludes it. More is found so than meant, never
 * less; the hundreds of ranges that it would take each cost time at every character.
 */
function rangesOf(property: RegExp, excluded: boolean): string {
  const fit = Array.from({ length: 0x80 }, (_, unit) => unit).filter((unit) =>
    property.test(String.fromCharCode(unit)),
  );
  return fit.map(hex).join('') + (excluded ? '' : '\\u0080-\\uffff');
}

function hex(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

function beyondUnits(): Error {
  return new Error('it cannot be run in linear time: a class holds a character beyond the basic plane');
}
