/** The parameters as bound: $n, type, value. */
import { visible } from '../../shared/replay/visible.ts';
import { MaskedName } from '../ui/decision-marks.tsx';
import { CellGrid } from '../ui/CellGrid.tsx';
import { CellText } from '../ui/CellText.tsx';
import type { CellGridColumn, CellRow } from '../ui/cell-grid-column.ts';
import type { Parameter } from '../../shared/replay/parameters.ts';
import type { StatementDetail } from '../player/statement-detail.ts';
import { INSPECTOR, PARAMETERS as WORDS } from '../words/inspector.ts';

interface ParametersTabProps {
  readonly detail: StatementDetail | null;
  /** Numbers, from 1, of those that the record may not hold. */
  readonly masked: ReadonlySet<number>;
}

export function ParametersTab({ detail, masked }: ParametersTabProps) {
  if (detail === null) return <p className="panel-none">{INSPECTOR.noStatement}</p>;
  if (detail.parameters === null) return <p className="panel-none">{WORDS.unreadable}</p>;
  if (detail.parameters.length === 0) return <p className="panel-none">{WORDS.none}</p>;
  if (detail.parameters.length > MOST_IN_TABLE)
    return <ManyParameters parameters={detail.parameters} masked={masked} />;
  return (
    <div className="tab-scroll">
      <table className="parameters">
        <thead>
          <tr>
            <th scope="col">{WORDS.number}</th>
            <th scope="col">{WORDS.type}</th>
            <th scope="col">{WORDS.value}</th>
          </tr>
        </thead>
        <tbody>
          {named(detail.parameters, masked).map(({ name, parameter, isMasked }) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <td className="mono cell-quiet">{visible(parameter.type)}</td>
              <td className="mono parameter-value">
                {isMasked ? <MaskedName name={WORDS.masked} title={WORDS.maskedMeans} /> : null}{' '}
                <CellText value={parameter.text} whole />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Parameters that all stand in the document; more of them are slow to draw, and are a grid. */
const MOST_IN_TABLE = 200;

const COLUMNS: readonly CellGridColumn[] = [
  { name: WORDS.number, type: '', end: true, masked: null },
  { name: WORDS.type, type: '', end: false, masked: null },
  { name: WORDS.value, type: '', end: false, masked: null },
];

/** Nothing is to be loaded for those in view. */
const ALL_HERE = (): void => undefined;

/** Any number of them: those in view. */
function ManyParameters({
  parameters,
  masked,
}: {
  readonly parameters: readonly Parameter[];
  readonly masked: ReadonlySet<number>;
}) {
  const rowAt = (row: number): CellRow | undefined => {
    const parameter = parameters[row];
    if (parameter === undefined) return undefined;
    const type = masked.has(row + 1) ? `${parameter.type}, ${WORDS.masked}` : parameter.type;
    return [`$${row + 1}`, type, parameter.text];
  };
  return (
    <CellGrid
      name={INSPECTOR.tabs.parameters}
      columns={COLUMNS}
      rows={parameters.length}
      rowAt={rowAt}
      onRange={ALL_HERE}
      note={null}
    />
  );
}

interface NamedParameter {
  readonly name: string;
  readonly parameter: Parameter;
  readonly isMasked: boolean;
}

/** $1, $2, … as the statement calls them. */
function named(parameters: readonly Parameter[], masked: ReadonlySet<number>): NamedParameter[] {
  return parameters.map((parameter, index) => ({
    name: `$${index + 1}`,
    parameter,
    isMasked: masked.has(index + 1),
  }));
}
