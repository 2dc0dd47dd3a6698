/** Rows of a reference, one a setting, read from the JSON Schema of a file that people write. */
import { code } from './markdown.ts';

/** As much of JSON Schema as zod writes. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly (string | number | boolean)[];
  readonly const?: string | number | boolean;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  /** Words for a value with a notation of its own (shared/notation.ts). */
  readonly notation?: string;
}

/** One setting. */
export interface Setting {
  /** `spool.limit`, within its section. */
  readonly path: string;
  /** What it takes, in Markdown. */
  readonly takes: string;
  /** null where nothing stands for it. */
  readonly otherwise: string | null;
  readonly required: boolean;
  readonly meaning: string;
}

/** All settings of a mapping, those of mappings within it behind it. */
export function settingsOf(schema: Schema, above = ''): Setting[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = above === '' ? name : `${above}.${name}`;
    const required = schema.required?.includes(name) === true;
    const below = settingsOf(mappingOf(inner), path);
    // A mapping that says nothing of itself is its settings.
    const shown = below.length === 0 || inner.description !== undefined;
    return shown ? [settingOf(path, inner, required)].concat(below) : below;
  });
}

/** A mapping with settings of its own, or a list of such; of alternatives the one that is a mapping. */
function mappingOf(schema: Schema): Schema {
  if (schema.notation !== undefined) return {};
  if (schema.properties !== undefined) return schema;
  if (schema.items?.properties !== undefined) return schema.items;
  return (schema.anyOf ?? []).find(({ properties }) => properties !== undefined) ?? {};
}

function settingOf(path: string, schema: Schema, required: boolean): Setting {
  return {
    path,
    takes: takes(schema),
    otherwise: otherwiseOf(schema),
    required,
    meaning: schema.description ?? '',
  };
}

function otherwiseOf({ default: value }: Schema): string | null {
  if (value === undefined || value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : `[${value.join(', ')}]`;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : null;
}

/** Longest list of words that is shown word by word. */
const MOST_WORDS = 12;

/** What a value may be, in Markdown. */
export function takes(schema: Schema): string {
  if (schema.notation !== undefined) return schema.notation.replaceAll('<', '\\<');
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.enum !== undefined)
    return schema.enum
      .slice(0, MOST_WORDS)
      .map((word) => code(String(word)))
      .join(', ');
  if (schema.anyOf !== undefined) return [...new Set(alternatives(schema.anyOf))].join(', or ');
  if (schema.type === 'array') return `a list of ${listed(takes(schema.items ?? {}))}`;
  if (schema.type === 'object') return 'a mapping';
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'integer' || schema.type === 'number') return numberOf(schema);
  return 'text';
}

/** Of a list: `texts`. */
function listed(item: string): string {
  return item === 'text' ? 'texts' : item;
}

/** One value or a list of such is said once. */
function alternatives(schemas: readonly Schema[]): string[] {
  const [first, second] = schemas;
  if (schemas.length === 2 && second?.type === 'array' && first !== undefined) {
    const one = takes(first);
    if (one === takes(second.items ?? {})) return [`${one}, or a list of such`];
  }
  return schemas.map((schema) => takes(schema));
}

function numberOf({ minimum, maximum }: Schema): string {
  const from = minimum ?? 0;
  if (maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER) return `a whole number from ${from}`;
  return `${from} to ${maximum}`;
}
