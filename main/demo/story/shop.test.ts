import { expect, test } from 'vitest';
import { copyText, ORDERS, shopData, type Load } from './shop.ts';

const NOW = Date.parse('2026-11-22T07:00:00Z');

function column(load: Load | undefined, name: string): (string | number | undefined)[] {
  const at = load?.columns.indexOf(name) ?? -1;
  return load?.rows.map((row) => row[at]) ?? [];
}

test('the data are the same in every run', () => {
  expect(shopData(NOW)).toEqual(shopData(NOW));
});

test('ids are unique, e-mail addresses too, and every reference has what it refers to', () => {
  const [customers, products, orders, items] = shopData(NOW);
  const [customerIds, productIds, orderIds] = [customers, products, orders].map(
    (load) => new Set(column(load, 'id')),
  );
  const unresolved = [
    column(orders, 'customer_id').filter((id) => customerIds?.has(id) !== true),
    column(items, 'order_id').filter((id) => orderIds?.has(id) !== true),
    column(items, 'product_id').filter((id) => productIds?.has(id) !== true),
  ];
  expect(unresolved).toEqual([[], [], []]);
  expect(orderIds?.size).toBe(ORDERS);
  expect(new Set(column(customers, 'email')).size).toBe(customers?.rows.length);
});

test('an order costs what its items cost', () => {
  const [, , orders, items] = shopData(NOW);
  const totals = new Map<unknown, number>();
  for (const [order, , , quantity, price] of items?.rows ?? []) {
    totals.set(order, (totals.get(order) ?? 0) + Number(quantity) * Number(price));
  }
  expect(column(orders, 'total_cents')).toEqual(column(orders, 'id').map((id) => totals.get(id)));
});

test("no value needs an escape of COPY's text format", () => {
  const values = shopData(NOW).flatMap(({ rows }) => rows.flat().map(String));
  expect(values.filter((value) => /[\t\n\r\\]/.test(value))).toEqual([]);
  expect(
    copyText([
      [1, 'a b'],
      [2, 'c'],
    ]),
  ).toBe('1\ta b\n2\tc\n');
});
