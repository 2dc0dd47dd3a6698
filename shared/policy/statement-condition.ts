/** The conditions of a rule on what a statement does: `statement`. */
import { z } from 'zod';
import { expected } from '../notation.ts';
import { FEATURES, STATEMENT_CLASSES } from './facts.ts';
import { globs, nameGlobs, oneOrMore, someOf } from './written.ts';

const FUNCTION_KINDS = ['pure', 'known', 'read', 'opaque'] as const;

/** A comparison with a number of rows. */
export interface RowComparison {
  readonly operator: '>' | '>=' | '<' | '<=';
  readonly rows: number;
}

const comparison = (operators: string, example: string) => {
  const wanted = expected(`a comparison in quotes, such as "${example}"`);
  return z
    .string(wanted)
    .regex(new RegExp(`^(${operators}) ?\\d{1,12}$`, 'u'), wanted)
    .transform((written): RowComparison => {
      const [, operator, rows] = /^([<>]=?) ?(\d+)$/u.exec(written) ?? [];
      return { operator: (operator ?? '>') as RowComparison['operator'], rows: Number(rows) };
    });
};

const rows = z
  .strictObject(
    {
      estimated: comparison('>|>=|<|<=', '>10000')
        .optional()
        .describe(
          'Rows that the planner expects the statement to return or to change, whichever is more. Where it cannot be asked, deny and hold match, allow does not.',
        ),
      returned: comparison('>|>=', '>10000')
        .optional()
        .describe('With effect deny: the result is cut with an error once it has so many rows.'),
    },
    expected('a mapping with estimated or returned'),
  )
  .refine(({ estimated, returned }) => (estimated === undefined) !== (returned === undefined), {
    error: 'must have either estimated or returned',
  });

const only = z.literal(true, { error: 'can only be true; leave it out otherwise' });

const TABLE = ['a table', 2, 'public.users, users or public.*'] as const;

/** All of them must hold; of a list, one is enough. */
export const StatementCondition = z
  .strictObject(
    {
      verb: globs('a command in upper case')
        .optional()
        .describe('The command, such as DELETE or DROP *; better for what changes data: class or writes.'),
      class: someOf(STATEMENT_CLASSES).optional().describe('What kind of thing it does.'),
      tables: nameGlobs(...TABLE)
        .optional()
        .describe('Relations it uses, directly or through views.'),
      reads: nameGlobs(...TABLE)
        .optional()
        .describe('Relations it reads.'),
      writes: nameGlobs(...TABLE)
        .optional()
        .describe('Relations it writes.'),
      columns: nameGlobs('a column', 3, 'public.users.email or users.*')
        .optional()
        .describe('Columns it reads or writes.'),
      functions: nameGlobs('a function', 2, 'pg_sleep or dblink*')
        .optional()
        .describe('Functions and procedures it calls.'),
      functionKinds: someOf(FUNCTION_KINDS)
        .optional()
        .describe(
          'pure: only computes; known: of PostgreSQL, and does more; read: of the database, its body was read; ' +
            'opaque: nobody can see what it does. Beside functions: of the same function.',
        ),
      features: oneOrMore(z.enum(FEATURES, expected(`one of: ${FEATURES.join(', ')}`)))
        .optional()
        .describe('What stands out of it.'),
      missingWhere: only.optional().describe('UPDATE or DELETE of every row: features: missing where.'),
      multi: only.optional().describe('Its text holds more than one statement.'),
      unparsed: only.optional().describe('Its text could not be read, or would take too long to.'),
      unresolved: only.optional().describe('A name of its text was not found in the catalog.'),
      rows: rows.optional().describe('How many rows it touches or returns.'),
    },
    expected('a mapping of conditions such as verb, class, tables, features'),
  )
  .describe('Which statements: all of these must hold; of a list, one is enough.');
export type StatementCondition = z.output<typeof StatementCondition>;
