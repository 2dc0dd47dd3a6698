/**
 * Random queries over a small schema with one marked column. Conditions, groups and orders are made of what does not depend on it, so
 * that of two databases that differ in that column alone the same rows are chosen.
 */

import { Dice, type Choose } from './dice.ts';
import { Expressions } from './random-expression.ts';
import { TABLES, type Known, type Made, type Type } from './random-schema.ts';

/** Makes a query. */
export function randomQuery(choose: Choose): string {
  return new Maker(choose).statement();
}

class Maker {
  readonly #dice: Dice;
  readonly #expressions: Expressions;
  /** Names of WITH in scope. */
  #queries: { readonly name: string; readonly made: Made }[] = [];

  constructor(choose: Choose) {
    this.#dice = new Dice(choose);
    this.#expressions = new Expressions(this.#dice);
  }

  statement(): string {
    switch (this.#dice.choose(12)) {
      case 0:
        return this.#insert();
      case 1:
        return this.#update();
      case 2:
        return `delete from orders o using people p where o.person_id = p.id returning o.*, ${this.#list('p', 'people')}`;
      default:
        return this.query(2, []).sql;
    }
  }

  query(depth: number, outer: readonly Known[]): Made {
    const before = this.#queries;
    const clause = depth > 0 && this.#dice.chance(4) ? this.#with(depth) : '';
    const body = this.#body(depth, outer);
    this.#queries = before;
    return { ...body, sql: `${clause}${body.sql}` };
  }

  #with(depth: number): string {
    const count = 1 + this.#dice.choose(2);
    const clauses: string[] = [];
    for (let i = 0; i < count; i++) {
      const made = this.#body(depth - 1, []);
      const name = this.#dice.name('w');
      clauses.push(`${name} as ${this.#dice.chance(2) ? 'materialized ' : ''}(${made.sql})`);
      this.#queries = [...this.#queries, { name, made }];
    }
    return `with ${clauses.join(', ')} `;
  }

  #body(depth: number, outer: readonly Known[]): Made {
    if (depth > 0 && this.#dice.chance(6)) return this.#union(depth, outer);
    const from: string[] = [];
    const scope: Known[] = [];
    const count = 1 + this.#dice.choose(2);
    for (let i = 0; i < count; i++) {
      const item = this.#item(depth, scope, outer);
      from.push(item.sql);
      scope.push(...item.columns);
    }
    const all = [...scope, ...outer];
    const where = this.#dice.chance(2) ? ` where ${this.#condition(all)}` : '';
    return this.#dice.chance(4) ? this.#grouped(from, where, all) : this.#listed(from, where, all, depth);
  }

  #listed(from: readonly string[], where: string, scope: readonly Known[], depth: number): Made {
    const targets = Array.from({ length: 1 + this.#dice.choose(3) }, () =>
      this.#expressions.make(this.#type(), scope, depth),
    );
    const columns = targets.map(({ type, plain }) => ({ name: this.#dice.name('c'), type, plain }));
    const list = targets.map(({ sql }, i) => `${sql} as ${columns[i]?.name}`).join(', ');
    return { sql: `select ${list} from ${from.join(', ')}${where}`, columns };
  }

  #grouped(from: readonly string[], where: string, scope: readonly Known[]): Made {
    const key = this.#expressions.column(scope, 'int', true) ?? { sql: '1 + 0', type: 'int', plain: true };
    const value = this.#expressions.make('text', scope, 0);
    const gather = this.#dice.pick(['max', 'min', `string_agg`]);
    const call =
      gather === 'string_agg'
        ? `string_agg(${value.sql}, ',' order by ${value.sql})`
        : `${gather}(${value.sql})`;
    const columns = [
      { name: this.#dice.name('c'), type: 'int', plain: key.plain },
      { name: this.#dice.name('c'), type: 'text', plain: value.plain },
      { name: this.#dice.name('c'), type: 'int', plain: true },
    ] as const;
    const list = `${key.sql} as ${columns[0].name}, ${call} as ${columns[1].name}, count(*)::int as ${columns[2].name}`;
    return { sql: `select ${list} from ${from.join(', ')}${where} group by ${key.sql}`, columns };
  }

  #union(depth: number, outer: readonly Known[]): Made {
    const types = Array.from({ length: 1 + this.#dice.choose(2) }, () => this.#type());
    const halves = [0, 1].map(() => {
      const item = this.#item(depth - 1, [], outer);
      const made = types.map((type) => this.#expressions.make(type, [...item.columns, ...outer], 0));
      return { made, from: item.sql };
    });
    const columns = types.map((type, i) => ({
      name: this.#dice.name('c'),
      type,
      plain: halves.every(({ made }) => made[i]?.plain === true),
    }));
    const [left, right] = halves.map(
      ({ made, from }) =>
        `select ${made.map(({ sql }, i) => `${sql} as ${columns[i]?.name}`).join(', ')} from ${from}`,
    );
    return { sql: `${left} union all ${right}`, columns };
  }

  /** One item of FROM, with its columns as they are named in expressions. */
  #item(
    depth: number,
    beside: readonly Known[],
    outer: readonly Known[],
  ): { sql: string; columns: readonly Known[] } {
    const alias = this.#dice.name('t');
    const kind = this.#dice.choose(depth > 0 ? 9 : 6);
    if (kind === 5 && this.#queries.length > 0) {
      const { name, made } = this.#dice.pick(this.#queries);
      return { sql: `${name} ${alias}`, columns: named(alias, made) };
    }
    if (kind === 4) return this.#function(alias, beside);
    if (kind === 6) {
      const made = this.query(depth - 1, outer);
      return { sql: `(${made.sql}) ${alias}`, columns: named(alias, made) };
    }
    if (kind === 7) {
      const made = this.query(depth - 1, [...beside, ...outer]);
      return { sql: `lateral (${made.sql}) ${alias}`, columns: named(alias, made) };
    }
    if (kind === 8) return this.#join(alias);
    return this.#table(alias);
  }

  #table(alias: string): { sql: string; columns: readonly Known[] } {
    const table = this.#dice.pick(Object.keys(TABLES));
    const columns = (TABLES[table] ?? []).map((text): Known => {
      const [name, type, marked] = text.split(' ');
      return { sql: `${alias}.${name}`, type: type as Type, plain: marked === undefined };
    });
    return { sql: `${table} ${alias}`, columns };
  }

  #join(alias: string): { sql: string; columns: readonly Known[] } {
    const other = this.#dice.name('t');
    const kind = this.#dice.pick(['join', 'left join', 'full join']);
    const how = this.#dice.choose(3);
    const plain = (sql: string, type: Type): Known => ({ sql, type, plain: true });
    const marked = { sql: `${alias}.ssn`, type: 'text', plain: false } as const;
    if (how === 0)
      return {
        sql: `people ${alias} ${kind} orders ${other} using (id)`,
        columns: [plain('id', 'int'), marked, plain(`${other}.note`, 'text')],
      };
    if (how === 1)
      return {
        sql: `people ${alias} natural ${kind} counted ${other}`,
        columns: [plain('name', 'text'), marked, plain('orders', 'int')],
      };
    return {
      sql: `people ${alias} ${kind} orders ${other} on ${alias}.id = ${other}.person_id`,
      columns: [plain(`${alias}.name`, 'text'), marked, plain(`${other}.total`, 'int')],
    };
  }

  #function(alias: string, beside: readonly Known[]): { sql: string; columns: readonly Known[] } {
    const argument = this.#expressions.column(beside, 'int', true)?.sql ?? '1';
    const any = this.#expressions.make('text', beside, 0);
    switch (this.#dice.choose(8)) {
      case 6:
      case 7:
        return this.#guessed(alias);
      case 0:
        return {
          sql: `person(${argument}) ${alias}`,
          columns: [
            { sql: `${alias}.ssn`, type: 'text', plain: false },
            { sql: `${alias}.name`, type: 'text', plain: true },
          ],
        };
      case 1:
        return {
          sql: `halves(${argument}) ${alias}(x, y)`,
          columns: [
            { sql: `${alias}.x`, type: 'text', plain: false },
            { sql: `${alias}.y`, type: 'text', plain: true },
          ],
        };
      case 2:
        return {
          sql: `regexp_split_to_table(${any.sql}, '9') ${alias}(part)`,
          columns: [{ sql: `${alias}.part`, type: 'text', plain: any.plain }],
        };
      case 4:
        return {
          sql: `lateral (select count(*)::int as n from generate_series(1, 60) g where g < ascii(${any.sql})) ${alias}`,
          columns: [{ sql: `${alias}.n`, type: 'int', plain: any.plain }],
        };
      case 3:
        return {
          sql: `(values (${any.sql}, 1), ('v', 2)) ${alias}(a, b)`.replace(
            /^/,
            beside.length > 0 ? 'lateral ' : '',
          ),
          columns: [
            { sql: `${alias}.a`, type: 'text', plain: any.plain },
            { sql: `${alias}.b`, type: 'int', plain: true },
          ],
        };
      default:
        return {
          sql: `generate_series(1, 2) with ordinality ${alias}(g, n)`,
          columns: [
            { sql: `${alias}.g`, type: 'int', plain: true },
            { sql: `${alias}.n::int`, type: 'int', plain: true },
          ],
        };
    }
  }

  /** Rows of no table, chosen by what they have in common with the marked column; its conditions stand in any order and anywhere. */
  #guessed(alias: string): { sql: string; columns: readonly Known[] } {
    const rows = this.#dice.pick([
      'generate_series(1, 9) m(x)',
      "(values ('1'), ('2'), ('9'), ('11')) m(x)",
      'unnest(array[1, 2, 8, 9]) m(x)',
    ]);
    const terms = ['m.x::text = left(s.ssn, 1)', `s.id = ${1 + this.#dice.choose(3)}`, 's.name is not null'];
    const shuffled = Array.from(terms, () => terms.splice(this.#dice.choose(terms.length), 1)[0] ?? '');
    const [first = '', ...others] = shuffled;
    const [condition, rest] = [shuffled, others].map((some) => some.join(' and '));
    const sql = this.#dice.pick([
      `select x::int as x from ${rows}, people s where ${condition}`,
      `select x::int as x from people s cross join ${rows} join people o on o.id = s.id and ${first.replace('name', 'age')} where ${rest}`,
      `select x::int as x from ${rows} where exists (select from people s where ${condition})`,
      `select x::int as x from ${rows}, lateral (select from people s where ${condition}) h`,
      `select x::int as x from ${rows}, people s where ${first} group by x having bool_or(${rest})`,
      `select x::int * h as x from ${rows}, lateral (select (select 1 from people s where ${condition}) as h) h`,
    ]);
    return { sql: `(${sql}) ${alias}`, columns: [{ sql: `${alias}.x`, type: 'int', plain: false }] };
  }

  #condition(scope: readonly Known[]): string {
    const column = this.#expressions.column(scope, this.#type(), true);
    if (column === null) return 'true';
    if (column.type === 'int')
      return `${column.sql} ${this.#dice.pick(['=', '<', '>=', '<>'])} ${this.#dice.choose(4)}`;
    return this.#dice.pick([
      `${column.sql} like '%a%'`,
      `${column.sql} is not null`,
      `${column.sql} in ('Ada', 'x')`,
    ]);
  }

  #insert(): string {
    const made = this.query(1, []);
    const text = made.columns.find(({ type }) => type === 'text')?.name ?? `'none'`;
    return `insert into orders (id, note) select 1000 + row_number() over (), q.${text} from (${made.sql}) q returning note, id, new.note`.replace(
      `q.'none'`,
      `'none'`,
    );
  }

  #update(): string {
    const value = this.#expressions.make(
      'text',
      named('p', {
        sql: '',
        columns: [
          { name: 'ssn', type: 'text', plain: false },
          { name: 'name', type: 'text', plain: true },
        ],
      }),
      1,
    );
    const simple = value.sql.includes(' over (') ? 'p.ssn' : value.sql;
    return `update orders set (note, total) = (select ${simple}, 7) from people p where p.id = person_id returning note, total, old.note, p.name`;
  }

  #list(alias: string, table: string): string {
    return (TABLES[table] ?? []).map((text) => `${alias}.${text.split(' ')[0]}`).join(', ');
  }

  #type(): Type {
    return this.#dice.chance(3) ? 'int' : 'text';
  }
}

function named(alias: string, { columns }: Made): readonly Known[] {
  return columns.map(({ name, type, plain }) => ({ sql: `${alias}.${name}`, type, plain }));
}
