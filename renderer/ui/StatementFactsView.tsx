/** The facts that a policy decided on: what each statement of a text does, to what. */
import type { ReactNode } from 'react';
import { z } from '../../shared/api/zod.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { FACTS } from '../words/values.ts';
import { Fact, Facts } from './Facts.tsx';
import { Verb } from './marks.tsx';

/** Of shared/policy/facts.ts, as far as it is shown; a later version may say more. */
const Names = z.array(z.string());
const FactsOfText = z.object({
  statements: z.array(
    z.object({
      verb: z.string(),
      class: z.string(),
      tables: z.array(
        z.object({
          name: z.string(),
          resolved: z.boolean(),
          reads: z.boolean(),
          writes: z.boolean(),
          via: Names,
        }),
      ),
      columns: Names,
      functions: z.array(z.object({ name: z.string(), kind: z.string() })),
      features: Names,
    }),
  ),
  unparsed: z.string().nullable(),
  resolved: z.boolean(),
});
type Statement = z.infer<typeof FactsOfText>['statements'][number];

/** Longest name shown. */
const NAME_LENGTH = 120;

interface StatementFactsViewProps {
  /** JSON of TextFacts. */
  readonly facts: string;
}

export function StatementFactsView({ facts }: StatementFactsViewProps) {
  const read = readFacts(facts);
  if (read === null) return <p className="tone-unknown">{FACTS.unreadable}</p>;
  if (read.unparsed !== null)
    return <p className="tone-unknown">{FACTS.unparsed(visibleLine(read.unparsed, 500))}</p>;
  return (
    <>
      {numbered(read.statements).map(({ number, statement }) => (
        <OneStatement key={number} statement={statement} />
      ))}
      {read.resolved ? null : <p className="tone-unknown">? {FACTS.unresolved}</p>}
    </>
  );
}

function OneStatement({ statement }: { readonly statement: Statement }) {
  const { verb, tables, columns, functions, features } = statement;
  return (
    <Facts>
      <Fact name={statement.class}>
        <Verb verb={verb} />
        {features.map((feature) => (
          <span key={feature} className="feature">
            {feature}
          </span>
        ))}
      </Fact>
      {tables.length === 0 ? null : (
        <Fact name={FACTS.tables}>
          {tables.map((table) => (
            <p key={table.name}>
              {visibleLine(table.name, NAME_LENGTH)}{' '}
              <span className="cell-quiet">
                {[table.reads ? FACTS.read : '', table.writes ? FACTS.written : '']
                  .filter(Boolean)
                  .join(', ')}
                {table.via.length === 0 ? '' : FACTS.through(table.via.join(', '))}
                {table.resolved ? '' : FACTS.asWritten}
              </span>
            </p>
          ))}
        </Fact>
      )}
      {columns.length === 0 ? null : <Fact name={FACTS.columns}>{names(columns)}</Fact>}
      {functions.length === 0 ? null : (
        <Fact name={FACTS.functions}>
          {functions.map(({ name, kind }) => (
            <span key={name} className="fact-item">
              {visibleLine(name, NAME_LENGTH)} <span className="cell-quiet">{kind}</span>
            </span>
          ))}
        </Fact>
      )}
    </Facts>
  );
}

function names(list: readonly string[]): ReactNode {
  return list.map((name) => visibleLine(name, NAME_LENGTH)).join(', ');
}

function numbered(statements: readonly Statement[]): { number: number; statement: Statement }[] {
  return statements.map((statement, index) => ({ number: index + 1, statement }));
}

function readFacts(json: string): z.infer<typeof FactsOfText> | null {
  try {
    return FactsOfText.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
