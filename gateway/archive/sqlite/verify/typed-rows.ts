/** Rows of tables that anybody may have written: SQLite believes a page that was put in the place of another. */

const FITS = {
  integer: (value: unknown) => Number.isSafeInteger(value),
  text: (value: unknown) => typeof value === 'string',
  blob: (value: unknown) => Buffer.isBuffer(value),
} as const;

/** What the columns of a row are declared as. */
export type RowTypes<T> = { readonly [K in keyof T]: keyof typeof FITS };

/** Goes over the rows whose values are what their columns say; `onOther` is told of each other one. */
export function* typedRows<T extends object>(
  rows: Iterable<T>,
  types: RowTypes<T>,
  onOther: () => void,
): Generator<T, void, undefined> {
  for (const row of rows) {
    let fits = true;
    for (const column in types) fits &&= FITS[types[column]](row[column]);
    if (fits) yield row;
    else onOther();
  }
}
