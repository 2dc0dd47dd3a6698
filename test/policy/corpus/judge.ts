/** Holds what an agent heard through the gateway against what the database itself says, and against a row of the table. */
import type { Needle } from '../../secrets/needles.ts';
import type { Said } from '../agent.ts';
import { readCopied } from './copied.ts';
import { verdictOf } from './verdict.ts';
import type { Row } from './row.ts';
import type { Heard, Variant } from './variants.ts';

type Cells = readonly (readonly (string | null)[])[];

/** Values shorter than this may stand in an answer by chance, or be what a mask happens to be. */
const TELLING = 6;

/** What shows on a direct connection that the row can fail; empty: it cannot. */
export function whatLeaks(row: Row, direct: Heard, variant: Variant, needles: readonly Needle[]): string[] {
  const found = needles.filter((needle) => needle.isIn(direct.bytes)).map(({ name }) => name);
  const cells = cellsOf(direct.last, variant);
  const masked = maskedOf(row).some((column) => cells.some((line) => (line[column]?.length ?? 0) > 1));
  return masked ? [...found, 'a masked column'] : found;
}

/** What is wrong with what was heard through the gateway; nothing when all is well. */
export function faultsOf(
  row: Row,
  variant: Variant,
  direct: Heard,
  heard: Heard,
  needles: readonly Needle[],
): string[] {
  const leaked = needles.filter((needle) => needle.isIn(heard.bytes)).map(({ name }) => `told ${name}`);
  const verdict = verdictOf(heard.steps);
  // A COPY whose columns nobody can tell is refused, not guessed at.
  if (variant.copy !== null && row.uncopied && UNCOPIED.test(errorsOf(heard))) return leaked;
  if (verdict !== row.verdict) return [...leaked, `${verdict}: ${errorsOf(heard)}`];
  if (row.verdict === 'held' || row.verdict === 'denied') return leaked;
  return [...leaked, ...differences(direct.last, heard.last), ...cellFaults(row, variant, direct, heard)];
}

const UNCOPIED = /^42501 denied by policy: which columns this COPY shows cannot be told/;

/** Besides what is masked, an answer is the same. */
function differences(direct: Said, heard: Said): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['messages', told(direct), told(heard)],
    ['columns', direct.columns.map(named), heard.columns.map(named)],
    ['tags', direct.tags, heard.tags],
  ];
  return pairs
    .filter(([, one, other]) => JSON.stringify(one) !== JSON.stringify(other))
    .map(([what, one, other]) => `${what} ${JSON.stringify(other)} instead of ${JSON.stringify(one)}`);
}

/** A relation made on each side has another OID there. */
function named({ name, type }: Said['columns'][number]): unknown {
  return [name, type];
}

/** Types of messages but those that may be withheld or come at any time. */
function told({ types }: Said): string {
  return types.replaceAll(/[NAS]/g, '').replaceAll(/[Dd]+/g, (run) => run[0] ?? '');
}

function cellFaults(row: Row, variant: Variant, direct: Heard, heard: Heard): string[] {
  const [plain, masked] = [cellsOf(direct.last, variant), cellsOf(heard.last, variant)];
  if (plain.length !== masked.length) return [`${masked.length} rows instead of ${plain.length}`];
  return plain.flatMap((line, i) =>
    line.flatMap((value, column) => {
      const got = masked[i]?.[column] ?? null;
      if (row.columns[column] === '.')
        return got === value || row.moving ? [] : [`column ${column + 1} is ${got} instead of ${value}`];
      if (value === null || value.length < 2) return [];
      if (got === value) return [`column ${column + 1} is not masked: ${got}`];
      const still = value.length >= TELLING && heard.bytes.includes(value);
      return still ? [`column ${column + 1} is told elsewhere: ${value}`] : [];
    }),
  );
}

function maskedOf(row: Row): number[] {
  return row.columns.split('').flatMap((letter, i) => (letter === '#' ? [i] : []));
}

/** Bytes as Latin-1, so that those of binary formats compare. */
function cellsOf(said: Said, variant: Variant): Cells {
  if (variant.copy !== null) return readCopied(variant.copy, said.copied);
  return said.rows.map((row) => row.map((cell) => cell?.toString('latin1') ?? null));
}

function errorsOf(heard: Heard): string {
  const errors = heard.steps.flatMap(({ errors: said }) => said.map(({ C, M }) => `${C} ${M}`));
  return errors.length === 0 ? `no error (${heard.last.types})` : errors.join(', ');
}
