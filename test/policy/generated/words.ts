/** What random statements are made of: relations, and functions of PostgreSQL that compute and do no more. */

/** Relations of the schema, and for each column whether it is masked or made of what is. */
export const TABLES: readonly {
  readonly name: string;
  readonly columns: readonly [string, 'text' | 'int', boolean][];
}[] = [
  {
    name: 'p.people',
    columns: [
      ['id', 'int', false],
      ['name', 'text', false],
      ['secret', 'text', true],
      ['age', 'int', false],
    ],
  },
  {
    name: 'p.orders',
    columns: [
      ['id', 'int', false],
      ['person', 'int', false],
      ['note', 'text', false],
      ['amount', 'int', false],
    ],
  },
  {
    name: 'p.hidden',
    columns: [
      ['id', 'int', false],
      ['name', 'text', false],
      ['alias', 'text', true],
    ],
  },
  {
    name: 'p.open',
    columns: [
      ['id', 'int', false],
      ['name', 'text', false],
      ['age', 'int', false],
    ],
  },
  {
    name: 'p.joined',
    columns: [
      ['id', 'int', false],
      ['note', 'text', false],
      ['alias', 'text', true],
    ],
  },
];

/** Of a text: what PostgreSQL computes of it alone. */
export const OF_TEXT: readonly ((x: string) => string)[] = [
  (x) => `upper(${x})`,
  (x) => `lower(${x})`,
  (x) => `reverse(${x})`,
  (x) => `substr(${x}, 1, 6)`,
  (x) => `left(${x}, 9)`,
  (x) => `right(${x}, 7)`,
  (x) => `replace(${x}, '-', '')`,
  (x) => `${x}::varchar(12)`,
  (x) => `(${x} collate "C")`,
  (x) => `coalesce(${x}, 'none')`,
  (x) => `nullif(${x}, 'none')`,
  (x) => `lpad(${x}, 20, '.')`,
  (x) => `split_part(${x}, '-', 1)`,
  (x) => `format('%s!', ${x})`,
  (x) => `encode(convert_to(${x}, 'UTF8'), 'hex')`,
  (x) => `(array[${x}, 'z'])[1]`,
  (x) => `json_build_object('k', ${x}) ->> 'k'`,
  (x) => `to_jsonb(${x})::text`,
  (x) => `trim(both 'q' from ${x})`,
  (x) => `overlay(${x} placing 'x' from 2 for 1)`,
  (x) => `array_to_string(string_to_array(${x}, '-'), '+')`,
  (x) => `regexp_replace(${x}, '(.)-(.)', '\\2\\1')`,
  (x) => `translate(${x}, '-', '')`,
  (x) => `(case when true then ${x} end)`,
  (x) => `quote_literal(${x})`,
];

/** Of two texts. */
export const OF_TWO: readonly ((x: string, y: string) => string)[] = [
  (x, y) => `(${x} || ${y})`,
  (x, y) => `concat(${x}, ${y})`,
  (x, y) => `concat_ws('/', ${x}, ${y})`,
  (x, y) => `greatest(${x}, ${y})`,
  (x, y) => `least(${x}, ${y})`,
  (x, y) => `coalesce(${x}, ${y})`,
  (x, y) => `(case when ${x} is null then ${y} else ${x} end)`,
];

/** Of the texts of a group. */
export const AGGREGATES: readonly ((x: string) => string)[] = [
  (x) => `max(${x})`,
  (x) => `min(${x})`,
  (x) => `string_agg(${x}, ',' order by ${x})`,
  (x) => `array_agg(${x} order by ${x})`,
  (x) => `json_agg(${x} order by ${x})`,
];
