/** The parameters as bound: $n, type, value. */
import { visible } from '../../shared/replay/visible.ts';
import { MaskedName } from '../ui/decision-marks.tsx';
import { CellText } from '../ui/CellText.tsx';
import type { Parameter } from '../../shared/replay/parameters.ts';
import type { StatementDetail } from '../player/statement-detail.ts';

interface ParametersTabProps {
  readonly detail: StatementDetail | null;
  /** Numbers, from 1, of those that the record may not hold. */
  readonly masked: ReadonlySet<number>;
}

export function ParametersTab({ detail, masked }: ParametersTabProps) {
  if (detail === null) return <p className="panel-none">No statement yet.</p>;
  if (detail.parameters === null)
    return <p className="panel-none">The parameters are redacted, or not readable (see Raw).</p>;
  if (detail.parameters.length === 0) return <p className="panel-none">This statement has no parameters.</p>;
  return (
    <div className="tab-scroll">
      <table className="parameters">
        <thead>
          <tr>
            <th scope="col">$</th>
            <th scope="col">Type</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {named(detail.parameters, masked).map(({ name, parameter, isMasked }) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <td className="mono cell-quiet">{visible(parameter.type)}</td>
              <td className="mono parameter-value">
                {isMasked ? <MaskedName name="masked in the record" title={MASKED} /> : null}{' '}
                <CellText value={parameter.text} whole />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface NamedParameter {
  readonly name: string;
  readonly parameter: Parameter;
  readonly isMasked: boolean;
}

const MASKED = 'the policy keeps this value out of the record; the server got it as sent';

/** $1, $2, … as the statement calls them. */
function named(parameters: readonly Parameter[], masked: ReadonlySet<number>): NamedParameter[] {
  return parameters.map((parameter, index) => ({
    name: `$${index + 1}`,
    parameter,
    isMasked: masked.has(index + 1),
  }));
}
