/** Random expressions over columns in scope. */
import type { Dice } from './dice.ts';
import type { Known, Type } from './random-schema.ts';

export class Expressions {
  readonly #dice: Dice;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** One of a type; over no more than so many subqueries. */
  make(type: Type, scope: readonly Known[], depth: number): Known {
    const column = this.column(scope, type, false);
    const choice = this.#dice.choose(type === 'text' ? 14 : 8);
    if (column !== null && choice < 3) return column;
    const other = this.column(scope, type, false) ?? column;
    const text = this.column(scope, 'text', false);
    if (type === 'int') return this.#integer(choice, column, text, scope);
    if (text === null) return { sql: `'k${this.#dice.choose(9)}'::text`, type, plain: true };
    const [a, b] = [text, other ?? text];
    const plain = a.plain && b.plain;
    switch (choice) {
      case 3:
        return { sql: `${a.sql} || ${b.sql}`, type, plain };
      case 4:
        return { sql: `coalesce(${a.sql}, ${b.sql})`, type, plain };
      case 5:
        return { sql: `case when ${a.sql} < '5' then 'low' else ${b.sql} end`, type, plain };
      case 6:
        return {
          sql: `${this.#dice.pick(['upper', 'md5', 'reverse', 'initcap'])}(${a.sql})`,
          type,
          plain: a.plain,
        };
      case 7:
        return { sql: `(array[${a.sql}, ${b.sql}])[1 + ${this.#dice.choose(2)}]`, type, plain };
      case 8:
        return { sql: `label(${a.sql}, ${b.sql})`, type, plain };
      case 9:
        return { sql: `row(${a.sql}, 1)::pair::text`, type, plain: a.plain };
      case 10:
        return {
          sql: `max(${a.sql}) over (order by ${b.sql} rows between 1 preceding and current row)`,
          type,
          plain: false,
        };
      case 11:
        return this.#subquery(depth, scope);
      case 12:
        return { sql: `to_jsonb(array[${a.sql}])::text`, type, plain: a.plain };
      default:
        return {
          sql: `(select ${a.sql} || x from (values ('q'), (${b.sql})) v(x) order by x limit 1)`,
          type,
          plain,
        };
    }
  }

  #subquery(depth: number, scope: readonly Known[]): Known {
    if (depth <= 0) return { sql: `secret(1)`, type: 'text', plain: false };
    const alias = this.#dice.name('s');
    const key = this.column(scope, 'int', true)?.sql ?? '1';
    const inner = this.make(
      'text',
      [
        { sql: `${alias}.ssn`, type: 'text', plain: false },
        { sql: `${alias}.name`, type: 'text', plain: true },
        ...scope,
      ],
      depth - 1,
    );
    const gathered = inner.sql.includes(' over (') ? inner.sql : `max(${inner.sql})`;
    if (gathered === inner.sql) return { sql: `secret(${key})`, type: 'text', plain: false };
    return {
      sql: `(select ${gathered} from people ${alias} where ${alias}.id = ${key})`,
      type: 'text',
      plain: false,
    };
  }

  #integer(choice: number, column: Known | null, text: Known | null, scope: readonly Known[]): Known {
    const any = column ?? { sql: String(this.#dice.choose(5)), type: 'int', plain: true };
    if (text === null || choice < 4)
      return { sql: `${any.sql} + ${this.#dice.choose(3)}`, type: 'int', plain: any.plain };
    const mark = this.column(scope, 'text', false) ?? text;
    const found = [
      `length(${text.sql})`,
      `ascii(${text.sql})`,
      `(exists (select 1 from orders e where e.id = 1 and ${text.sql} < '5'))::int`,
      `(${mark.sql} in (select ${text.sql} || note from orders))::int`,
      `(select count(*)::int from generate_series(1, 50) g where g < ascii(${text.sql}))`,
    ];
    return { sql: this.#dice.pick(found), type: 'int', plain: text.plain && mark.plain };
  }

  /** A column of a type in scope; null: there is none. */
  column(scope: readonly Known[], type: Type, plain: boolean): Known | null {
    const found = scope.filter((one) => one.type === type && (one.plain || !plain));
    return found.length === 0 ? null : this.#dice.pick(found);
  }
}
