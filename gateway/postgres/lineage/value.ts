/** What is known of an expression's value. */
import { both, NOWHERE, union, type SourceSet } from './source-set.ts';

/** A constant of the text: its index among the text's literals from 0; below 0 a parameter: -1 is `$1`. */
export type Constant = number;

export interface Value {
  readonly from: SourceSet;
  /** Of a row whose columns are known. */
  readonly fields: readonly Field[] | null;
  /** Of one of PostgreSQL's own types, so neither a row nor of a type that operators, casts or functions of the database's own are made for. */
  readonly builtIn: boolean;
  /** Constants it is made of. */
  readonly constants: readonly Constant[];
  /** True: rows of no table have a part in it. False: counted in tables. Else, what depends on no column is made up. */
  readonly madeUp?: boolean;
}

/** Whether a value could be anything that its query liked: which of such rows remain tells what they were chosen by. */
export function isMadeUp({ from, madeUp }: Value): boolean {
  return madeUp ?? (from !== null && from.size === 0);
}

export interface Field {
  /** Null: nobody knows. */
  readonly name: string | null;
  readonly value: Value;
}

const NO_CONSTANTS: readonly Constant[] = [];

/** Depends on anything. */
export const UNKNOWN: Value = { from: null, fields: null, builtIn: false, constants: NO_CONSTANTS };

/** Depends on no column. */
export const NOTHING: Value = { from: NOWHERE, fields: null, builtIn: true, constants: NO_CONSTANTS };

/** Made of constants alone. */
export function constantValue(constants: readonly Constant[]): Value {
  return { from: NOWHERE, fields: null, builtIn: true, constants };
}

/** Of a type of PostgreSQL's own. */
export function valueFrom(from: SourceSet, builtIn = true): Value {
  return { from, fields: null, builtIn, constants: NO_CONSTANTS };
}

/** What is made of several values. */
export function made(values: readonly Value[]): Value {
  const [only] = values;
  if (only === undefined) return NOTHING;
  if (values.length === 1 && only.fields === null) return only;
  let [from, builtIn] = [only.from, only.builtIn];
  for (const value of values) {
    from = both(from, value.from);
    builtIn &&= value.builtIn;
  }
  return { from, fields: null, builtIn, constants: constantsOf(values), ...madeUpOf(values) };
}

/** Made up is what one of the values is made up of. */
function madeUpOf(values: readonly Value[]): Pick<Value, 'madeUp'> {
  let found: boolean | undefined;
  for (const { madeUp } of values) {
    if (madeUp === true) return { madeUp };
    found ??= madeUp;
  }
  return found === undefined ? {} : { madeUp: found };
}

/** The same value, which depends on more. */
export function alsoFrom(value: Value, from: SourceSet): Value {
  if (from !== null && from.size === 0) return value;
  const fields = value.fields?.map((field) => ({ ...field, value: alsoFrom(field.value, from) })) ?? null;
  return { ...value, from: both(value.from, from), fields };
}

/** A row of values. */
export function row(fields: readonly Field[]): Value {
  const values = fields.map(({ value }) => value);
  return {
    from: union(values.map(({ from }) => from)),
    fields,
    builtIn: false,
    constants: constantsOf(values),
    ...madeUpOf(values),
  };
}

/** One or the other: what either depends on; a row when both are rows of as many columns. */
export function either(left: Value, right: Value): Value {
  const [a, b] = [left.fields, right.fields];
  const all = made([left, right]);
  if (a === null || b === null || a.length !== b.length) return all;
  return {
    ...all,
    fields: a.map(({ name, value }, i) => ({ name, value: either(value, b[i]?.value ?? UNKNOWN) })),
  };
}

function constantsOf(values: readonly Value[]): readonly Constant[] {
  const some = values.filter(({ constants }) => constants.length > 0);
  if (some.length < 2) return some[0]?.constants ?? NO_CONSTANTS;
  return some.flatMap(({ constants }) => constants);
}
