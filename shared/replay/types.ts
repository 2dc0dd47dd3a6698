/** PostgreSQL's built-in types by OID: fixed numbers of pg_type.dat, the same in every version that has the type. */

/** OID of each type that recorded values commonly have, and of the array of it. */
const TYPES = {
  bool: [16, 1000],
  bytea: [17, 1001],
  char: [18, 1002],
  name: [19, 1003],
  int8: [20, 1016],
  int2: [21, 1005],
  int4: [23, 1007],
  regproc: [24, 1008],
  text: [25, 1009],
  oid: [26, 1028],
  tid: [27, 1010],
  xid: [28, 1011],
  cid: [29, 1012],
  json: [114, 199],
  xml: [142, 143],
  pg_node_tree: [194, 0],
  xid8: [5069, 271],
  point: [600, 1017],
  lseg: [601, 1018],
  path: [602, 1019],
  box: [603, 1020],
  polygon: [604, 1027],
  line: [628, 629],
  cidr: [650, 651],
  float4: [700, 1021],
  float8: [701, 1022],
  unknown: [705, 0],
  circle: [718, 719],
  macaddr8: [774, 775],
  money: [790, 791],
  macaddr: [829, 1040],
  inet: [869, 1041],
  aclitem: [1033, 1034],
  bpchar: [1042, 1014],
  varchar: [1043, 1015],
  date: [1082, 1182],
  time: [1083, 1183],
  timestamp: [1114, 1115],
  timestamptz: [1184, 1185],
  interval: [1186, 1187],
  timetz: [1266, 1270],
  bit: [1560, 1561],
  varbit: [1562, 1563],
  numeric: [1700, 1231],
  refcursor: [1790, 2201],
  regprocedure: [2202, 2207],
  regoper: [2203, 2208],
  regoperator: [2204, 2209],
  regclass: [2205, 2210],
  regtype: [2206, 2211],
  record: [2249, 2287],
  cstring: [2275, 1263],
  void: [2278, 0],
  uuid: [2950, 2951],
  txid_snapshot: [2970, 2949],
  pg_lsn: [3220, 3221],
  tsvector: [3614, 3643],
  tsquery: [3615, 3645],
  regconfig: [3734, 3735],
  jsonb: [3802, 3807],
  int4range: [3904, 3905],
  numrange: [3906, 3907],
  tsrange: [3908, 3909],
  tstzrange: [3910, 3911],
  daterange: [3912, 3913],
  int8range: [3926, 3927],
  jsonpath: [4072, 4073],
  regnamespace: [4089, 4090],
  regrole: [4096, 4097],
} as const;

/** A built-in type by its name in pg_type. */
export type TypeName = keyof typeof TYPES;

const scalars = new Map<number, TypeName>();
const arrays = new Map<number, TypeName>();
for (const name of Object.keys(TYPES).filter(isTypeName)) {
  const [oid, arrayOid] = TYPES[name];
  scalars.set(oid, name);
  if (arrayOid !== 0) arrays.set(arrayOid, name);
}

function isTypeName(name: string): name is TypeName {
  return Object.hasOwn(TYPES, name);
}

/** The built-in scalar type of an OID; null for arrays, a database's own types, and what is not in the table. */
export function scalarType(oid: number): TypeName | null {
  return scalars.get(oid) ?? null;
}

/** Whether an OID is that of an array of a built-in type. */
export function isArrayType(oid: number): boolean {
  return arrays.has(oid);
}

/** A type's name for people: `int4`, `text[]`, `type 16412` for one of the database's own, `unknown` for 0. */
export function typeName(oid: number): string {
  if (oid === 0) return 'unknown';
  const element = arrays.get(oid);
  return scalars.get(oid) ?? (element === undefined ? `type ${oid}` : `${element}[]`);
}

/** Types whose columns psql aligns to the right (fe_utils/print.c, column_type_alignment). */
const NUMERIC: ReadonlySet<TypeName | null> = new Set<TypeName>([
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'oid',
  'xid',
  'xid8',
  'cid',
  'money',
]);

/** Whether values of the type stand to the right of their column. */
export function isNumericType(oid: number): boolean {
  return NUMERIC.has(scalarType(oid));
}
