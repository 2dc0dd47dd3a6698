/** Verbs and functions of a policy document that no statement can have: a rule that names them never matches, and nobody would notice. */
import type { Fault } from '../../shared/policy/consistency.ts';
import type { PolicyDocument } from '../../shared/policy/document.ts';
import { textGlob } from '../../shared/policy/text-glob.ts';
import { nearest } from '../../shared/filter/nearest.ts';
import { ALL_VERBS } from '../postgres/all-verbs.ts';
import { builtInFunctions, isBuiltIn } from '../postgres/facts/built-ins.ts';

/** Each verb without `*` that no statement has. */
export function verbFaults({ rules }: PolicyDocument): Fault[] {
  return rules.flatMap(({ statement }, index) => {
    const verbs = statement?.verb ?? [];
    return [...verbs.entries()]
      .filter(([, verb]) => !verb.includes('*') && !fitsAny(verb))
      .map(([at, verb]) => ({
        path: ['rules', index, 'statement', 'verb', ...(verbs.length > 1 ? [at] : [])],
        message: `is ${verb}, which no statement is known by${hint(meantVerb(verb.toUpperCase()))}`,
      }));
  });
}

/** Globs that fit no verb, and functions that are called almost like one of PostgreSQL's. */
export function unknownNames({ rules }: PolicyDocument): string[] {
  return rules.flatMap(({ name, statement }) => [
    ...(statement?.verb ?? [])
      .filter((verb) => verb.includes('*') && !fitsAny(verb))
      .map((verb) => `rule "${name}" asks for verb ${verb}, which no statement fits`),
    ...(statement?.functions ?? [])
      .map((written) => ({ written, meant: meantFunction(written) }))
      .filter(({ meant }) => meant !== null)
      .map(
        ({ written, meant }) =>
          `rule "${name}" names the function ${written}, which PostgreSQL does not have${hint(meant)} ` +
          'Of one of your own, name the schema too',
      ),
  ]);
}

function fitsAny(glob: string): boolean {
  const fits = textGlob(glob.toUpperCase());
  return ALL_VERBS.some((verb) => fits.test(verb));
}

const hint = (meant: string | null) => (meant === null ? '' : `; did you mean ${meant}?`);

/** Words of SQL that are another statement's. */
const SYNONYMS: Readonly<Record<string, string>> = {
  'DROP USER': 'DROP ROLE',
  'DROP GROUP': 'DROP ROLE',
  'ALTER USER': 'ALTER ROLE',
  'ALTER GROUP': 'ALTER ROLE',
  ABORT: 'ROLLBACK',
  ANALYSE: 'ANALYZE',
  END: 'COMMIT',
  RELEASE: 'RELEASE SAVEPOINT',
  VALUES: 'SELECT',
  WITH: 'SELECT',
};

/** `COPY` is meant to be both of its verbs, `DELETE FROM` to be DELETE, `DELTE` too. */
function meantVerb(written: string): string | null {
  const synonym = SYNONYMS[written];
  if (synonym !== undefined) return synonym;
  if (ALL_VERBS.some((verb) => verb.startsWith(`${written} `))) return `${written} *`;
  const begun = ALL_VERBS.filter((verb) => written.startsWith(`${verb} `));
  return begun.toSorted((a, b) => b.length - a.length)[0] ?? nearest(written, ALL_VERBS);
}

/** Null: it is there, or may be one of the database's own or of an extension: those are not known here, nor what a glob is for. */
function meantFunction(written: string): string | null {
  const [, plain] = /^(?:pg_catalog\.)?([^."*]+)$/iu.exec(written) ?? [];
  if (plain === undefined || isBuiltIn(plain.toLowerCase())) return null;
  return nearest(plain, builtInFunctions());
}
