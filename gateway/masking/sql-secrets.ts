/**
 * Takes the secrets out of SQL before it is recorded (DESIGN §4, I7): passwords of roles, options of user mappings and
 * servers, connection strings of subscriptions and dblink, settings that are secrets, password hashes and tokens; in
 * constants of every spelling, in comments, and in SQL within constants (bodies of DO and functions, texts of EXECUTE).
 * Where it cannot be told for certain what is a secret, all constants are masked. What the database gets never changes.
 *
 * What an application stores is data, not a secret of SQL: `INSERT INTO users (password) VALUES ('x')` stays as it is.
 */
import { MASK } from '../../shared/recording/mask.ts';
import { edited, merged, type Edit } from './edits.ts';
import type { Reading } from './literal.ts';
import { mayHoldSecret } from './marks.ts';
import { type MaskedText, TextReading } from './text-reading.ts';
import { maskTokens } from './value.ts';

/** SQL within constants is read this deep; a constant deeper down that may hold a secret is masked as a whole. */
const MAX_DEPTH = 6;

/** Reading stops all sessions for up to half a microsecond a byte. A longer text is masked from its first constant on. */
const LONGEST_READ = 16 << 20;

/** A text as the record may hold it. */
export interface MaskedSql {
  readonly text: Buffer;
  /** Something was taken out. */
  readonly masked: boolean;
  /** What was taken out, one character a byte, as spelled and as meant. */
  readonly secrets: ReadonlySet<string>;
  /** It takes parameters where secrets belong. */
  readonly takesSecrets: boolean;
}

/** Masks a SQL text; null when it and its parameters can be recorded as they are, which costs little to tell. */
export function maskSql(text: Buffer): MaskedSql | null {
  if (!mayHoldSecret(text)) return null;
  const sql = text.toString('latin1');
  if (text.length > LONGEST_READ) return tooLong(sql);
  const secrets = new Set<string>();
  const { masked, takesSecrets } = maskText(sql, secrets, 0);
  if (masked !== sql) return { text: Buffer.from(masked, 'latin1'), masked: true, secrets, takesSecrets };
  return takesSecrets ? { text, masked: false, secrets, takesSecrets } : null;
}

function tooLong(sql: string): MaskedSql {
  const start = sql.search(/['"$(]|--|\/\*|password/i);
  const text = Buffer.from(`${sql.slice(0, Math.max(0, start))}${MASK}`, 'latin1');
  return { text, masked: true, secrets: new Set(), takesSecrets: true };
}

/** Masks a text that lies `depth` constants deep; what it takes out is added to `secrets`. */
function maskText(sql: string, secrets: Set<string>, depth: number): MaskedText {
  const plain = readText(sql, 'plain', secrets, depth);
  if (!plain.ambiguous && !plain.uncertain) return maskedText(sql, plain, plain.edits, secrets);
  // With standard_conforming_strings off the constants of the same text may end elsewhere.
  const other = readText(sql, 'escapes', secrets, depth);
  const found = [plain, other].some(({ uncertain, edits }) => uncertain || edits.length > 0);
  const masked = maskedText(sql, plain, found ? allConstants(sql, secrets, depth) : [], secrets);
  return { ...masked, takesSecrets: plain.takesSecrets || other.takesSecrets };
}

/** One reading, also of what lies in the text's constants: both readings of each would double the work with every level. */
function readText(sql: string, reading: Reading, secrets: Set<string>, depth: number): TextReading {
  const within = (text: string): MaskedText => {
    if (reading === 'plain') return maskText(text, secrets, depth + 1);
    const inner = readText(text, reading, secrets, depth + 1);
    return maskedText(text, inner, inner.edits, secrets);
  };
  const options = { reading, all: false, secrets, depth, within: depth < MAX_DEPTH ? within : null };
  return new TextReading(sql, options);
}

function maskedText(
  sql: string,
  told: TextReading,
  edits: readonly Edit[],
  secrets: Set<string>,
): MaskedText {
  const { awaitsSecret, awaitsPassword, changesRole, takesSecrets } = told;
  const masked = maskTokens(edited(sql, edits), secrets);
  return { masked, takesSecrets, awaitsSecret, awaitsPassword, changesRole };
}

/** Edits that mask whatever is a constant in either reading. */
function allConstants(sql: string, secrets: Set<string>, depth: number): Edit[] {
  const readings = (['plain', 'escapes'] as const).map(
    (reading) => new TextReading(sql, { reading, all: true, secrets, depth, within: null }),
  );
  return merged(readings.flatMap(({ edits }) => edits));
}
