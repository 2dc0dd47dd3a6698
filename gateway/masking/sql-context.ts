/**
 * What the tokens of a SQL text so far say about the next one: whether a secret belongs there. The rules go by what stands
 * right before a constant and not by whole statements, so that they hold in the bodies of functions, in texts of many
 * statements, and in texts that PostgreSQL would not take.
 */

/**
 * Where a constant stands. `secret`: it is one as a whole. `connection`: it is a connection string. `value`: anywhere else.
 */
export type Place = 'secret' | 'connection' | 'value';

/** Names of settings and options whose value is a secret; the exceptions are PostgreSQL's own. */
const SECRET_NAME =
  /pass(?!word_encryption|wordcheck\.|phrase_command_supports)|secret|token|credential|(?:api|private|access)_?key|ldapbind|jwt(?!\.claim)/;

const CONNECTION_NAME = /conninfo/;

/** Behind these, PASSWORD is a role's name and not the clause. */
const BEFORE_NAME = new Set(['role', 'user', 'group', 'admin', 'to', 'exists', ',', '.']);

/** In these SET assigns to columns, and a column may be called PASSWORD. */
const QUERIES = new Set(['select', 'insert', 'update', 'delete', 'merge', 'table']);

/** Functions and statements that put texts together, beside the operator `||`. */
const COMPOSING = new Set([
  'format',
  'concat',
  'concat_ws',
  'replace',
  'overlay',
  'execute',
  'string_agg',
  'raise',
]);

/** Words that may be a setting's value and tell nothing. */
const HARMLESS = new Set([
  'default',
  'null',
  'on',
  'off',
  'true',
  'false',
  'from',
  'current',
  'local',
  'session',
]);

/** Tokens that are a value already: no other is awaited behind them. */
const VALUES = new Set(["'", '$', '?']);

/** Parentheses that give the constants in them a meaning. */
interface Call {
  readonly kind: 'options' | 'dblink' | 'set_config';
  readonly start: number;
  readonly depth: number;
  /** Its arguments are more than constants, parameters and names. */
  computed: boolean;
  /** The option being read, or the setting once it was read. */
  name: string;
}

export class SqlContext {
  /** There is a secret, and it cannot be told for certain where it ends. */
  uncertain = false;
  /** A secret belongs at the end, or where a format has a placeholder: whatever the text is part of puts it in. */
  awaitsSecret = false;
  /** CREATE or ALTER of a role is in it. */
  changesRole = false;
  /** PASSWORD is in it without a value, and not what it is the password of. */
  awaitsPassword = false;
  /** Texts are put together in it, so that its constants may be halves of something. */
  composes = false;
  /** A parameter stands where a secret belongs. */
  takesSecrets = false;
  readonly #sql: string;
  /** The last token and the one before: a word in lower case, `"` and a quoted identifier, else one character. */
  #last = '';
  #before = '';
  #depth = 0;
  #call: Call | null = null;
  // What the statement is so far.
  #inRole = false;
  #inMapping = false;
  #inSubscription = false;
  #inQuery = false;
  /** What SET names, null outside of SET; its value follows once `#valued`. */
  #setting: string | null = null;
  #valued = false;

  constructor(sql: string) {
    this.#sql = sql;
  }

  /** Where the next constant stands. */
  place(): Place {
    if (this.#last === 'password') return 'secret';
    if (this.#last === 'by' && this.#before === 'identified') return 'secret';
    if (this.#last === 'connection') return 'connection';
    return this.#namedPlace();
  }

  /** Whether the last word begins the clause PASSWORD, or would if what follows were a constant. */
  get passwordFollows(): boolean {
    return this.#last === 'password' && !BEFORE_NAME.has(this.#before);
  }

  /** Whether the next word or sign, which is no constant, stands where only a secret may. */
  isMisplaced(word: string): boolean {
    if (this.passwordFollows && this.#inRole) return word !== 'null';
    return this.#valued && word !== '' && SECRET_NAME.test(this.#setting ?? '') && !HARMLESS.has(word);
  }

  /** A constant; `value` is asked for where it names a setting. */
  literal(value: () => string): void {
    if (this.#call?.kind === 'set_config' && this.#call.name === '') this.#call.name = value().toLowerCase();
    this.#token("'");
  }

  parameter(): void {
    if (this.#call?.kind === 'dblink' || this.place() !== 'value') this.takesSecrets = true;
    this.#token('$');
  }

  /** What stood where only a secret may. */
  misplaced(): void {
    this.uncertain = true;
    this.#token('?');
  }

  number(): void {
    this.#token('0');
  }

  /** A key word or name, in lower case. */
  word(word: string): void {
    if (this.#last === 'create' || this.#last === 'alter') this.#changes(word);
    if (word === 'mapping' && this.#last === 'user') {
      this.#inMapping = true;
      this.#inRole = false;
    }
    if (QUERIES.has(word)) this.#inQuery = true;
    if (COMPOSING.has(word)) this.composes = true;
    if (word === 'set' && this.#call === null && !this.#inQuery) {
      this.#setting = '';
      this.#valued = false;
    } else if (word === 'to' && this.#setting !== null) this.#valued = true;
    else this.#named(word);
    this.#token(word);
  }

  /** A quoted identifier: it is no key word, PASSWORD and CONNECTION have none of their meaning. */
  identifier(name: string): void {
    this.#named(name);
    this.#token(`"${name}`);
  }

  /** Any other character; `at` is where it stands. */
  symbol(char: string, at: number): void {
    switch (char) {
      case '(':
        this.#open(at);
        break;
      case ')':
        if (this.#call !== null && this.#depth === this.#call.depth) this.#closeCall(at);
        this.#depth--;
        break;
      case ',':
        this.#comma();
        break;
      case '.':
        if (this.#setting !== null && !this.#valued) this.#setting += '.';
        break;
      case '=':
        if (this.#setting !== null) this.#valued = true;
        break;
      case '|':
        this.composes = true;
        if (this.#call !== null) this.#call.computed = true;
        break;
      case '%':
        this.#await();
        break;
      case ';':
        this.#inRole = this.#inMapping = this.#inSubscription = this.#inQuery = this.#valued = false;
        this.#setting = null;
        break;
      default:
    }
    this.#token(char);
  }

  end(): void {
    this.#await();
    if (this.#call !== null) this.#closeCall(this.#sql.length);
  }

  #token(token: string): void {
    this.#before = this.#last;
    this.#last = token;
  }

  /** By the option or setting that is being given a value. */
  #namedPlace(): Place {
    const call = this.#call;
    if (call?.kind === 'options' && this.#inMapping)
      return call.name === '' || call.name.startsWith('user') ? 'value' : 'secret';
    const name = call?.name ?? (this.#valued ? this.#setting : null) ?? '';
    if (CONNECTION_NAME.test(name)) return 'connection';
    return SECRET_NAME.test(name) ? 'secret' : 'value';
  }

  /** At the end, or at a placeholder: what comes next may be a secret. */
  #await(): void {
    if (VALUES.has(this.#last) || HARMLESS.has(this.#last)) return;
    if (this.passwordFollows) {
      if (this.#inRole) this.awaitsSecret = true;
      else if (!this.#inQuery) this.awaitsPassword = true;
    } else if (this.#last === 'connection' ? this.#inSubscription : this.#namedPlace() !== 'value') {
      this.awaitsSecret = true;
    }
  }

  /** What CREATE or ALTER is about. */
  #changes(word: string): void {
    this.#inMapping = false;
    this.#inRole = word === 'role' || word === 'user' || word === 'group';
    this.#inSubscription = word === 'subscription';
    if (this.#inRole) this.changesRole = true;
  }

  /** A name: of an option, or of what SET sets. */
  #named(name: string): void {
    if (this.#call?.kind === 'options') this.#call.name = name;
    if (this.#setting === null || this.#valued || name === 'session' || name === 'local') return;
    this.#setting += name;
  }

  #comma(): void {
    if (this.#call?.kind === 'options') this.#call.name = '';
    // The name of the setting is not a constant: it may be any.
    if (this.#call?.kind === 'set_config' && this.#call.name === '') this.#call.name = '?';
    if (!this.#valued) this.#setting = null;
  }

  #open(at: number): void {
    this.#depth++;
    if (!this.#valued) this.#setting = null;
    if (this.#call !== null) {
      this.#call.computed = true;
      return;
    }
    const name = this.#last.replace('"', '');
    const kind =
      name === 'options' || name === 'set_config' ? name : name.startsWith('dblink') ? 'dblink' : null;
    if (kind !== null) this.#call = { kind, start: at, depth: this.#depth, computed: false, name: '' };
  }

  /** What dblink is given in pieces cannot be read as a connection string. */
  #closeCall(at: number): void {
    const { kind, start, computed } = this.#call as Call;
    this.#call = null;
    if (kind === 'dblink' && computed && /pass|secret|:\/\//i.test(this.#sql.slice(start, at)))
      this.uncertain = true;
  }
}
