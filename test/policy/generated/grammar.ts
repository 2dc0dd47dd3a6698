/** Random SQL over the schema, each output column with whether it can depend on the masked column. */
import { AGGREGATES, OF_TEXT, OF_TWO, TABLES } from './words.ts';
/** Draws of one statement. */
export interface Dice {
  /** A whole number below `sides`. */
  readonly roll: (sides: number) => number;
}

interface Expression {
  readonly sql: string;
  /** The masked column may be in its value. */
  readonly secret: boolean;
}

/** A column that can be named, with its alias. */
interface Source extends Expression {
  readonly type: 'text' | 'int';
}

interface Query {
  readonly sql: string;
  readonly columns: readonly Expression[];
}

export interface Statement {
  readonly sql: string;
  /** For each output column whether it may be masked; those that may not must come through as they are. */
  readonly secret: readonly boolean[];
  readonly alters: boolean;
}

export class Grammar {
  readonly #dice: Dice;
  #names = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  statement(): Statement {
    return this.#oneOf<() => Statement>([
      () => this.#reading(this.#select(2)),
      () => this.#reading(this.#select(2)),
      () => this.#reading(this.#select(2)),
      () => this.#reading(this.#union()),
      () => this.#reading(this.#with()),
      () => this.#reading(this.#grouped()),
      () => this.#reading(this.#wholeRow()),
      () => this.#returning(),
    ])();
  }

  #reading({ sql, columns }: Query): Statement {
    return { sql, secret: columns.map(({ secret }) => secret), alters: false };
  }

  #select(depth: number): Query {
    const { from, sources } = this.#from(depth);
    const columns = this.#many(1, 4, () => this.#expression(sources, 2));
    const list = columns.map(({ sql }, i) => `${sql} as c${i}`).join(', ');
    const condition = this.#oneOf(['', '', ` where ${this.#condition(sources)}`]);
    return { sql: `select ${list} from ${from}${condition} order by ${this.#order(sources)}`, columns };
  }

  /** Names make an order that does not depend on the masked column. */
  #order(sources: readonly Source[]): string {
    const known = sources.filter(({ secret }) => !secret).map(({ sql }) => sql);
    return known.length === 0 ? '1' : known.join(', ');
  }

  #from(depth: number): { readonly from: string; readonly sources: readonly Source[] } {
    const first = this.#relation(depth);
    if (this.#dice.roll(3) > 0) return first;
    const second = this.#relation(depth);
    const join = this.#oneOf(['cross join', 'join', 'left join', 'full join', 'join lateral']);
    const one = first.sources.find(({ type, secret }) => type === 'int' && !secret);
    const other = second.sources.find(({ type, secret }) => type === 'int' && !secret);
    const on = join === 'cross join' ? '' : ` on ${one?.sql ?? '1'} = ${other?.sql ?? '1'}`;
    const plain = join === 'join lateral' && !second.from.startsWith('(') ? 'join' : join;
    return {
      from: `${first.from} ${plain} ${second.from}${on}`,
      sources: [...first.sources, ...second.sources],
    };
  }

  #relation(depth: number): { readonly from: string; readonly sources: readonly Source[] } {
    const alias = `t${this.#names++}`;
    if (depth > 0 && this.#dice.roll(4) === 0) {
      const { sql, columns } = this.#oneOf([
        () => this.#select(depth - 1),
        () => this.#union(),
        () => this.#grouped(),
      ])();
      const sources = columns.map(({ secret }, i): Source => ({
        sql: `${alias}.c${i}`,
        secret,
        type: 'text',
      }));
      // Subqueries give text, so that everything can be done with their columns.
      const list = columns.map((_, i) => `c${i}::text`).join(', ');
      return { from: `(select ${list} from (${sql}) q) ${alias}`, sources };
    }
    const { name, columns } = this.#oneOf(TABLES);
    const sources = columns.map(([column, type, secret]): Source => ({
      sql: `${alias}.${column}`,
      secret,
      type,
    }));
    return { from: `${name} ${alias}`, sources };
  }

  #expression(sources: readonly Source[], depth: number): Expression {
    if (depth === 0 || this.#dice.roll(3) === 0) return this.#oneOf(sources);
    const text = (): Expression => this.#text(sources, depth - 1);
    return this.#oneOf<() => Expression>([
      text,
      text,
      () => {
        const { sql, secret } = text();
        return { sql: `length(${sql})`, secret };
      },
      () => {
        const { sql, secret } = text();
        return { sql: `(${sql} like 'a%')`, secret };
      },
      () => {
        const { sql, secret } = text();
        return { sql: `row(${sql}, 1)`, secret };
      },
      () => {
        const [a, b] = [text(), text()];
        return { sql: `array[${a.sql}, ${b.sql}]`, secret: a.secret || b.secret };
      },
      () => this.#scalar(),
    ])();
  }

  #text(sources: readonly Source[], depth: number): Expression {
    if (depth === 0) {
      const { sql, secret, type } = this.#oneOf(sources);
      return { sql: type === 'text' ? sql : `${sql}::text`, secret };
    }
    const one = this.#text(sources, depth - 1);
    if (this.#dice.roll(3) > 0) return { sql: this.#oneOf(OF_TEXT)(one.sql), secret: one.secret };
    const two = this.#text(sources, depth - 1);
    return { sql: this.#oneOf(OF_TWO)(one.sql, two.sql), secret: one.secret || two.secret };
  }

  #scalar(): Expression {
    return this.#oneOf<Expression>([
      { sql: '(select max(secret) from p.people)', secret: true },
      { sql: '(select secret from p.people where id = 2)', secret: true },
      { sql: '(select name from p.people where id = 2)', secret: false },
      { sql: '(select count(*) from p.people)', secret: false },
      { sql: 'exists (select secret from p.people)', secret: true },
      { sql: 'p.found(1)', secret: true },
      { sql: 'p.named(1)', secret: false },
      { sql: 'array(select secret from p.people order by id)', secret: true },
      { sql: '(select to_jsonb(x) from p.people x where id = 1)', secret: true },
    ]);
  }

  #condition(sources: readonly Source[]): string {
    const { sql, type } = this.#oneOf(
      sources.filter(({ secret }) => !secret).concat({ sql: '1', type: 'int', secret: false }),
    );
    return this.#oneOf([
      `${sql} is not null`,
      type === 'int' ? `${sql} < 5` : `${sql} <> ''`,
      `exists (select 1 from p.people where secret is not null)`,
    ]);
  }

  #union(): Query {
    const branch = (): Query => {
      const { from, sources } = this.#from(0);
      const columns = [0, 1].map(() => this.#text(sources, 1));
      return {
        sql: `select ${columns.map(({ sql }, i) => `${sql} as c${i}`).join(', ')} from ${from}`,
        columns,
      };
    };
    const [one, two] = [branch(), branch()];
    const operator = this.#oneOf(['union all', 'union']);
    const columns = one.columns.map(({ sql, secret }, i) => ({
      sql,
      secret: secret || (two.columns[i]?.secret ?? false),
    }));
    // Rows that are the same but for the masked column are told apart by it.
    return { sql: `${one.sql} ${operator} ${two.sql} order by 1, 2`, columns };
  }

  #with(): Query {
    const inner = this.#select(0);
    const name = `w${this.#names++}`;
    const hint = this.#oneOf(['', 'materialized ', 'not materialized ']);
    const sources = inner.columns.map(({ secret }, i): Source => ({
      sql: `${name}.c${i}::text`,
      secret,
      type: 'text',
    }));
    const columns = this.#many(1, 3, () => this.#text(sources, 1));
    const list = columns.map(({ sql }, i) => `${sql} as c${i}`).join(', ');
    return { sql: `with ${name} as ${hint}(${inner.sql}) select ${list} from ${name}`, columns };
  }

  #grouped(): Query {
    const { from, sources } = this.#from(0);
    const key = this.#oneOf(sources.filter(({ secret }) => !secret));
    const columns: Expression[] = [{ sql: `${key.sql}::text`, secret: key.secret }];
    for (const _ of Array.from({ length: 1 + this.#dice.roll(2) })) {
      const inner = this.#text(sources, 1);
      columns.push({ sql: this.#oneOf(AGGREGATES)(inner.sql), secret: inner.secret });
    }
    // A count may be masked for what a condition around it looks at.
    columns.push({ sql: 'count(*)', secret: true });
    const list = columns.map(({ sql }, i) => `${sql} as c${i}`).join(', ');
    return { sql: `select ${list} from ${from} group by ${key.sql} order by 1`, columns };
  }

  #wholeRow(): Query {
    const { name, columns } = this.#oneOf(TABLES);
    const secret = columns.some(([, , masked]) => masked);
    const sql = this.#oneOf(['x', 'x::text', 'row_to_json(x)', 'to_jsonb(x)', 'row(x.*)', 'to_jsonb(x) - 1']);
    const column = sql === 'to_jsonb(x) - 1' ? `to_jsonb(x) - 'id'` : sql;
    return {
      sql: `select x.id as c0, ${column} as c1 from ${name} x order by 1`,
      columns: [
        { sql: 'x.id', secret: false },
        { sql: column, secret },
      ],
    };
  }

  #returning(): Statement {
    const [table] = TABLES;
    const sources = (table?.columns ?? []).map(([name, type, secret]): Source => ({
      sql: `people.${name}`,
      secret,
      type,
    }));
    const columns = this.#many(1, 3, () => this.#expression(sources, 2));
    const list = columns.map(({ sql }, i) => `${sql} as c${i}`).join(', ');
    const change = this.#oneOf([
      'update p.people set age = 30 where id = 2',
      'update p.people set name = upper(name) where id < 3',
      'delete from p.people where id = 4',
      "insert into p.people values (90, 'new', 'given', 9)",
    ]);
    return { sql: `${change} returning ${list}`, secret: columns.map(({ secret }) => secret), alters: true };
  }

  #many<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.#dice.roll(most - least + 1) }, make);
  }

  #oneOf<T>(choices: readonly T[]): T {
    const chosen = choices[this.#dice.roll(choices.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }
}
