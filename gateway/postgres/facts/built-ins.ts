/** What PostgreSQL itself brings, by name. */
import { OTHER_FUNCTIONS, PURE_AGGREGATES, PURE_FUNCTIONS, TYPES } from './built-in-names.ts';

/** Columns of a function's result in FROM, in order; empty: one, called like the function; `?`: they depend on its arguments. */
type Columns = readonly string[];

const NO_COLUMNS: Columns = [];

const pure = new Map(words(PURE_FUNCTIONS).map(withColumns));
const aggregates = new Set(words(PURE_AGGREGATES));
const others = new Set(words(OTHER_FUNCTIONS));
const types = new Set(words(TYPES));

/** Result columns of a function that only computes; null: it is none of those. */
export function pureFunction(name: string): Columns | null {
  return pure.get(name) ?? null;
}

/** Whether PostgreSQL has a function of that name at all. */
export function isBuiltIn(name: string): boolean {
  return pure.has(name) || others.has(name);
}

/** Names of all functions that PostgreSQL has. */
export function builtInFunctions(): readonly string[] {
  return [...pure.keys(), ...others];
}

/** Whether it gathers many rows into one value. */
export function isAggregate(name: string): boolean {
  return aggregates.has(name);
}

/** Whether PostgreSQL has a base, range or multirange type of that name. */
export function isBuiltInType(name: string): boolean {
  return types.has(name);
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

function withColumns(word: string): [string, Columns] {
  const [name = '', columns] = word.split('(');
  return [name, columns === undefined ? NO_COLUMNS : columns.slice(0, -1).split(',')];
}
