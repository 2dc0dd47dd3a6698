/** The shop's data: every table as rows, the same in every run. */
import { Random } from './random.ts';
import { FAMILY_NAMES, FINISHES, GIVEN_NAMES, GOODS, PLACES, STREETS } from './words.ts';

/** A row of a table, in the order of its columns. */
export type Row = readonly (string | number)[];

/** What COPY loads: the columns of a table and its rows. */
export interface Load {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

const CUSTOMERS = 1200;
const PRODUCTS = 160;
export const ORDERS = 3600;

const DAY = 86_400_000;

/** The tables in the order their foreign keys ask for. `now` is the day of the youngest order, ms since 1970. */
export function shopData(now: number): Load[] {
  const random = new Random(4711);
  const prices = Array.from(
    { length: PRODUCTS },
    () => random.integer(4, 180) * 100 - random.of([1, 5, 10, 50]),
  );
  const orders = Array.from({ length: ORDERS }, (_, index) => order(random, index + 1, prices, now));
  return [
    {
      table: 'customers',
      columns: ['id', 'name', 'email', 'phone', 'birth_date', 'street', 'city', 'country', 'created_at'],
      rows: Array.from({ length: CUSTOMERS }, (_, index) => customer(random, index + 1, now)),
    },
    {
      table: 'products',
      columns: ['id', 'sku', 'name', 'category', 'price_cents', 'stock'],
      rows: prices.map((price, index) => product(random, index + 1, price)),
    },
    {
      table: 'orders',
      columns: ['id', 'customer_id', 'status', 'total_cents', 'placed_at'],
      rows: orders.map(({ row }) => row),
    },
    {
      table: 'order_items',
      columns: ['order_id', 'line', 'product_id', 'quantity', 'price_cents'],
      rows: orders.flatMap(({ items }) => items),
    },
  ];
}

/** Rows as COPY's text format: tabs between, one a line (PostgreSQL manual, COPY, "Text Format"). No value here needs escapes. */
export function copyText(rows: readonly Row[]): string {
  return rows.map((row) => `${row.join('\t')}\n`).join('');
}

function customer(random: Random, id: number, now: number): Row {
  const given = random.of(GIVEN_NAMES);
  const family = random.of(FAMILY_NAMES);
  const { city, country, phone } = random.of(PLACES);
  const birth = now - random.integer(19 * 365, 78 * 365) * DAY;
  return [
    id,
    `${given} ${family}`,
    `${plain(given)}.${plain(family)}${id}@${random.of(['example.com', 'example.org', 'example.net'])}`,
    phone.replaceAll('#', () => String(random.integer(0, 9))),
    date(birth),
    `${random.of(STREETS)} ${random.integer(1, 160)}`,
    city,
    country,
    time(now - random.integer(30, 900) * DAY),
  ];
}

function product(random: Random, id: number, price: number): Row {
  const { category, things } = random.of(GOODS);
  const name = `${random.of(things)}, ${random.of(FINISHES)}`;
  return [
    id,
    `${category.slice(0, 2).toUpperCase()}-${1000 + id}`,
    name,
    category,
    price,
    random.integer(0, 400),
  ];
}

function order(
  random: Random,
  id: number,
  prices: readonly number[],
  now: number,
): { row: Row; items: Row[] } {
  const items = Array.from({ length: random.integer(1, 4) }, (_, index) => {
    const chosen = random.integer(1, prices.length);
    return [id, index + 1, chosen, random.integer(1, 3), prices[chosen - 1] ?? 0];
  });
  const total = items.reduce((sum, [, , , quantity = 0, price = 0]) => sum + quantity * price, 0);
  const age = Math.floor((ORDERS - id) / 40); // days; forty orders a day
  const status =
    age > 3
      ? random.of(['delivered', 'delivered', 'delivered', 'returned'])
      : random.of(['paid', 'packed', 'shipped']);
  const placed = now - age * DAY - random.integer(0, DAY / 60_000) * 60_000;
  return { row: [id, random.integer(1, CUSTOMERS), status, total, time(placed)], items };
}

/** The ASCII letters of a name, for an address. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/[^a-z]/gi, '')
    .toLowerCase();
}

function date(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function time(at: number): string {
  return new Date(at).toISOString();
}
