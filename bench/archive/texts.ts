/** The distinct statements of the benchmark: the same for a number in every run, each with a text of its own. */
import { Random } from '../../main/demo/story/random.ts';
import { COMMON_TABLE, KINDS, OLD_TABLE, OTHER_TABLE, RARE_TABLE, TABLES_EACH } from './shape.ts';

/** What stands for a value. */
export type ValueKind = 'number' | 'city' | 'word' | 'email' | 'money' | 'time' | 'reference';

/** A statement without its values: `pieces` with one of `values` between each two. */
export interface Template {
  readonly verb: string;
  readonly table: string | null;
  readonly pieces: readonly string[];
  readonly values: readonly ValueKind[];
  /** Of its result; empty where it has none. */
  readonly columns: readonly Column[];
  /** With $1, $2 … for the values. */
  readonly text: Buffer;
  /** RowDescription of its result, as the wire carries it; empty where it has none. */
  readonly description: Buffer;
}

interface Column {
  readonly name: string;
  readonly kind: ValueKind;
}

/** Columns of every table. The bits of a statement's number choose among them, so that no two statements are alike. */
const COLUMNS: readonly Column[] = [
  { name: 'id', kind: 'number' },
  { name: 'customer_id', kind: 'number' },
  { name: 'city', kind: 'city' },
  { name: 'status', kind: 'word' },
  { name: 'amount', kind: 'money' },
  { name: 'email', kind: 'email' },
  { name: 'created_at', kind: 'time' },
  { name: 'note', kind: 'word' },
  { name: 'reference', kind: 'reference' },
  { name: 'order_id', kind: 'number' },
  { name: 'currency', kind: 'word' },
  { name: 'updated_at', kind: 'time' },
  { name: 'region', kind: 'city' },
  { name: 'sku', kind: 'word' },
  { name: 'quantity', kind: 'number' },
  { name: 'discount', kind: 'money' },
  { name: 'contact', kind: 'email' },
  { name: 'kind', kind: 'word' },
];

/** The `number`th statement of a kind of work. Deletes never touch the common table. */
export function templateOf(kind: number, number: number): Template {
  const random = new Random(kind * 1_000_003 + number);
  const table = tableOf(kind, number, random);
  const share = random.next();
  if (share < 0.7) return select(table, number, random);
  if (share < 0.84) return insert(table, number);
  if (share < 0.96 || table === COMMON_TABLE) return update(table, number, random);
  return share < 0.995 ? remove(table, number, random) : schemaChange(table, number);
}

export const BEGIN = made('BEGIN', null, ['BEGIN']);
export const COMMIT = made('COMMIT', null, ['COMMIT']);
/** Statements that only these tables are in. */
export const OF_RARE_TABLE = select(RARE_TABLE, 5, new Random(1));
export const OF_OLD_TABLE = select(OLD_TABLE, 5, new Random(2));

function tableOf(kind: number, number: number, random: Random): string {
  const isMetrics = kind === KINDS.length - 1;
  // The most frequent statements have the lowest numbers: every fifth, or third, is about the common table.
  if (number % (isMetrics ? 3 : 5) === 1) return isMetrics ? OTHER_TABLE : COMMON_TABLE;
  const which = Math.floor(random.next() ** 2 * TABLES_EACH);
  return `${KINDS[kind]}.t${String(which).padStart(2, '0')}`;
}

function chosen(number: number): Column[] {
  return COLUMNS.filter((_, bit) => ((number + 1) >> bit) & 1);
}

function select(table: string, number: number, random: Random): Template {
  const columns = chosen(number);
  const by = random.of(COLUMNS as [Column, ...Column[]]);
  const order = random.next() < 0.3 ? ' ORDER BY created_at DESC LIMIT 20' : '';
  const names = columns.map(({ name }) => name).join(', ');
  return made(
    'SELECT',
    table,
    [`SELECT ${names} FROM ${table} WHERE ${by.name} = `, order],
    [by.kind],
    columns,
  );
}

function insert(table: string, number: number): Template {
  const columns = chosen(number);
  const names = columns.map(({ name }) => name).join(', ');
  const gaps = columns.slice(1).map(() => ', ');
  const kinds = columns.map(({ kind }) => kind);
  return made('INSERT', table, [`INSERT INTO ${table} (${names}) VALUES (`, ...gaps, ')'], kinds);
}

function update(table: string, number: number, random: Random): Template {
  const columns = chosen(number);
  const by = random.of(COLUMNS as [Column, ...Column[]]);
  const [first, ...rest] = columns.map(({ name }) => `${name} = `);
  const pieces = [
    `UPDATE ${table} SET ${first}`,
    ...rest.map((piece) => `, ${piece}`),
    ` WHERE ${by.name} = `,
    '',
  ];
  return made('UPDATE', table, pieces, [...columns.map(({ kind }) => kind), by.kind]);
}

function remove(table: string, number: number, random: Random): Template {
  const columns = chosen(number);
  const [first, ...rest] = columns.map(({ name }) => `${name} = `);
  const limit = random.next() < 0.5 ? ' RETURNING id' : '';
  const pieces = [`DELETE FROM ${table} WHERE ${first}`, ...rest.map((piece) => ` AND ${piece}`), limit];
  return made(
    'DELETE',
    table,
    pieces,
    columns.map(({ kind }) => kind),
  );
}

function schemaChange(table: string, number: number): Template {
  const [column] = chosen(number);
  return made('ALTER TABLE', table, [`ALTER TABLE ${table} ADD COLUMN ${column?.name}_${number} text`]);
}

function made(
  verb: string,
  table: string | null,
  pieces: readonly string[],
  values: readonly ValueKind[] = [],
  columns: readonly Column[] = [],
): Template {
  const text = pieces.map((piece, n) => (n === 0 ? piece : `$${n}${piece}`)).join('');
  return {
    verb,
    table,
    pieces,
    values,
    columns,
    text: Buffer.from(text),
    description: rowDescription(columns),
  };
}

/** PostgreSQL manual §54.7; types are text. */
function rowDescription(columns: readonly Column[]): Buffer {
  if (columns.length === 0) return Buffer.alloc(0);
  const fields = columns.map(({ name }, n) => {
    const field = Buffer.alloc(name.length + 19);
    field.write(name);
    field.writeUInt32BE(16_384, name.length + 1);
    field.writeUInt16BE(n + 1, name.length + 5);
    field.writeUInt32BE(25, name.length + 7);
    field.writeInt16BE(-1, name.length + 11);
    field.writeInt32BE(-1, name.length + 13);
    return field;
  });
  const body = Buffer.concat(fields);
  const head = Buffer.alloc(7);
  head.write('T');
  head.writeUInt32BE(body.length + 6, 1);
  head.writeUInt16BE(columns.length, 5);
  return Buffer.concat([head, body]);
}
