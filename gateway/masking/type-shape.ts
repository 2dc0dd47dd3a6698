/** What a type's values are made of, as far as masking goes into them. */

/** A type that is not PostgreSQL's own, or that a catalog knows; a catalog may say more than is asked for here. */
export type TypeShape =
  | { readonly kind: 'domain'; readonly base: number }
  | { readonly kind: 'composite'; readonly fields: readonly number[] }
  | { readonly kind: 'array'; readonly element: number }
  | { readonly kind: 'enum' | 'range' | 'other' };

/** Looks up a type of the database's own by OID; null: unknown, or PostgreSQL's own, which need no lookup. */
export type TypeLookup = (oid: number) => TypeShape | null;

/** How a value is written on the wire: text or binary, as in RowDescription. */
export type Format = 0 | 1;

/** PostgreSQL's own array types by what they hold: element → array (pg_type.typarray). */
const ARRAYS: readonly (readonly [element: number, array: number])[] = [
  [16, 1000],
  [17, 1001],
  [18, 1002],
  [19, 1003],
  [20, 1016],
  [21, 1005],
  [23, 1007],
  [24, 1008],
  [25, 1009],
  [26, 1028],
  [27, 1010],
  [28, 1011],
  [29, 1012],
  [114, 199],
  [142, 143],
  [600, 1017],
  [601, 1018],
  [602, 1019],
  [603, 1020],
  [604, 1027],
  [628, 629],
  [650, 651],
  [700, 1021],
  [701, 1022],
  [718, 719],
  [774, 775],
  [790, 791],
  [829, 1040],
  [869, 1041],
  [1042, 1014],
  [1043, 1015],
  [1082, 1182],
  [1083, 1183],
  [1114, 1115],
  [1184, 1185],
  [1186, 1187],
  [1266, 1270],
  [1560, 1561],
  [1562, 1563],
  [1700, 1231],
  [1790, 2201],
  [2202, 2207],
  [2203, 2208],
  [2204, 2209],
  [2205, 2210],
  [2206, 2211],
  [2249, 2287],
  [2275, 1263],
  [2950, 2951],
  [3220, 3221],
  [3614, 3643],
  [3615, 3645],
  [3734, 3735],
  [3769, 3770],
  [3802, 3807],
  [3904, 3905],
  [3906, 3907],
  [3908, 3909],
  [3910, 3911],
  [3912, 3913],
  [3926, 3927],
  [4072, 4073],
  [4089, 4090],
  [4096, 4097],
  [4191, 4192],
  [4451, 6150],
  [4532, 6151],
  [4533, 6152],
  [4534, 6153],
  [4535, 6155],
  [4536, 6157],
  [5069, 271],
];

const ELEMENTS: ReadonlyMap<number, number> = new Map(ARRAYS.map(([element, array]) => [array, element]));

/** The type that an array of PostgreSQL's own holds; undefined for what is no such array. */
export function elementOf(array: number): number | undefined {
  return ELEMENTS.get(array);
}
