/**
 * Whether a custom detector's pattern can be trusted with values that others choose: JavaScript's engine backtracks, and
 * some patterns take exponential time on a short text. What is taken here takes polynomial time of a low degree at most.
 */

/** Quantifiers that leave a choice (`?`, `+`, `{1,3}`); each may double or multiply the ways to fit. */
const MAX_CHOICES = 10;

/** Of these, how many without a bound below {@link LONG_REPEAT}: each is one more degree in the length of the value. */
const MAX_UNBOUNDED = 3;
const LONG_REPEAT = 64;

/** Most repetitions of anything: they are written out by the engine. */
const MAX_REPEAT = 1000;

/** What the parts of a pattern are, as far as time depends on it. */
interface Part {
  /** Holds a quantifier that leaves a choice. */
  readonly choice: boolean;
  /** Holds an alternation whose branches may begin alike. */
  readonly ambiguous: boolean;
}

class Refusal extends Error {}

/** What is wrong with a pattern, in words that end its sentence; null when nothing is. */
export function patternFault(pattern: string): string | null {
  try {
    void new RegExp(pattern, 'u');
    new PatternScan(pattern).scan();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    return `is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Reads a pattern that is known to be well formed (flag u). */
class PatternScan {
  readonly #pattern: string;
  #at = 0;
  #choices = 0;
  #unbounded = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  scan(): void {
    this.#alternation();
    if (this.#choices > MAX_CHOICES)
      throw new Refusal(`has ${this.#choices} quantifiers that vary; ${MAX_CHOICES} are the most`);
    if (this.#unbounded > MAX_UNBOUNDED)
      throw new Refusal(
        `has ${this.#unbounded} repetitions without a low bound; ${MAX_UNBOUNDED} are the most: write {1,20} for +`,
      );
  }

  #alternation(): Part {
    const firsts: (string | null)[] = [];
    let choice = false;
    let ambiguous = false;
    do {
      if (firsts.length > 0) this.#at++;
      firsts.push(this.#literalAhead());
      const part = this.#sequence();
      choice ||= part.choice;
      ambiguous ||= part.ambiguous;
    } while (this.#pattern[this.#at] === '|');
    const distinct = !firsts.includes(null) && new Set(firsts).size === firsts.length;
    return { choice, ambiguous: ambiguous || (firsts.length > 1 && !distinct) };
  }

  #sequence(): Part {
    let choice = false;
    let ambiguous = false;
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? '')) {
      const atom = this.#atom();
      const repeat = this.#quantifier();
      if (repeat.most > 1 && atom.choice)
        throw new Refusal('repeats a group that holds a repetition: take one of the two out');
      if (repeat.most > 1 && atom.ambiguous)
        throw new Refusal(
          'repeats a group whose alternatives may begin alike: begin each with a letter of its own',
        );
      choice ||= atom.choice || repeat.least !== repeat.most;
      ambiguous ||= atom.ambiguous;
    }
    return { choice, ambiguous };
  }

  #atom(): Part {
    const plain = { choice: false, ambiguous: false };
    const char = this.#pattern[this.#at++];
    if (char === '(') return this.#group();
    if (char === '[') this.#characterClass();
    if (char === '\\') this.#escape();
    return plain;
  }

  #group(): Part {
    const lead = /^\?(?:<?[=!])/u.exec(this.#pattern.slice(this.#at));
    if (lead) throw new Refusal('looks ahead or behind: write what is to be found itself');
    if (/^\?[a-z-]+:/u.test(this.#pattern.slice(this.#at)))
      throw new Refusal('sets flags for a group: write [Aa] for either case');
    const named = /^\?(?::|<[^>]*>)/u.exec(this.#pattern.slice(this.#at));
    this.#at += named?.[0].length ?? 0;
    const part = this.#alternation();
    this.#at++;
    return part;
  }

  #characterClass(): void {
    while (this.#pattern[this.#at] !== ']') this.#at += this.#pattern[this.#at] === '\\' ? 2 : 1;
    this.#at++;
  }

  #escape(): void {
    const escape = /^(?:[1-9]\d*|k<|[pP]\{[^}]*\}|u\{[^}]*\}|.)/su.exec(this.#pattern.slice(this.#at))?.[0];
    if (escape !== undefined && /^(?:[1-9]|k<)/u.test(escape))
      throw new Refusal('refers back to a group: that cannot be bounded in time');
    this.#at += escape?.length ?? 1;
  }

  #quantifier(): { readonly least: number; readonly most: number } {
    const match = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/u.exec(this.#pattern.slice(this.#at));
    if (match === null) return { least: 1, most: 1 };
    this.#at += match[0].length;
    const [, sign, from, comma, to] = match;
    const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
    const most =
      sign === '?' ? 1 : sign !== undefined || (comma === ',' && to === '') ? Infinity : Number(to || from);
    if (Math.max(least, most === Infinity ? 0 : most) > MAX_REPEAT)
      throw new Refusal(`repeats more than ${MAX_REPEAT} times`);
    if (least !== most) this.#choices++;
    if (least !== most && most > LONG_REPEAT) this.#unbounded++;
    return { least, most };
  }

  /** The plain character that must come first here, if one must. */
  #literalAhead(): string | null {
    const [found] = /^(?:[^\\[\](){}.*+?|^$]|\\[^\w])(?![*?{])/u.exec(this.#pattern.slice(this.#at)) ?? [];
    return found ?? null;
  }
}
