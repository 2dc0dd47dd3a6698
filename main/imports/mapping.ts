/** The mapping file: which path of each JSON line is what (docs/import.md). */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ImportGap } from '../../shared/recording/event.ts';
import { CommandError } from '../failure.ts';
import { jsonPath, type JsonPath } from './json-path.ts';

const Path = z
  .union([z.string().min(1), z.array(z.union([z.string(), z.number().int()])).min(1)])
  .transform((text): JsonPath => jsonPath(text));

/** µs that one of them has. */
export const UNITS = { s: 1_000_000, ms: 1_000, us: 1, ns: 0.001 } as const;
const Unit = z.enum(Object.keys(UNITS) as (keyof typeof UNITS)[]);

const Mapping = z.strictObject({
  time: Path,
  timeUnit: Unit.default('s'),
  /** Whether the time is that of the statement's beginning or of its end. */
  timeOf: z.enum(['start', 'end']).default('start'),
  session: Path.optional(),
  text: Path,
  connection: Path.optional(),
  database: Path.optional(),
  user: Path.optional(),
  application: Path.optional(),
  address: Path.optional(),
  port: Path.optional(),
  parameters: Path.optional(),
  rows: Path.optional(),
  duration: Path.optional(),
  durationUnit: Unit.default('ms'),
  tag: Path.optional(),
  error: z.strictObject({ message: Path, sqlstate: Path.optional() }).optional(),
});
export type Mapping = z.infer<typeof Mapping>;

/** Reads the file; throws {@link CommandError}. `text` is what it holds, for the log's identity. */
export function readMapping(path: string): { readonly mapping: Mapping; readonly text: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CommandError('BAD_USAGE', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new CommandError('BAD_USAGE', `${path} is not YAML: ${messageOf(cause)}`, { cause });
  }
  const read = Mapping.safeParse(value);
  if (read.success) return { mapping: read.data, text };
  const [issue] = read.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new CommandError(
    'BAD_USAGE',
    `${path}: ${where}${issue?.message ?? 'not a mapping'}; see docs/import.md`,
  );
}

/** What lines mapped so do not tell. */
export function gapsOf(mapping: Mapping): ImportGap[] {
  const { address, application, parameters, rows, duration, tag, error } = mapping;
  const told = error ?? tag ?? rows ?? duration;
  const missing: readonly (readonly [ImportGap, unknown])[] = [
    ['identity', undefined],
    ['address', address],
    ['application', application],
    ['parameters', parameters],
    ['rows', undefined],
    ['row count', rows],
    ['outcome', told],
    ['duration', duration],
    ['session end', undefined],
    ['transaction status', undefined],
  ];
  return missing.filter(([, path]) => path === undefined).map(([gap]) => gap);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
