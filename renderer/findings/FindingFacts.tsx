/** How grave it is, how far it has come, whose it is: each changed where it stands. */
import {
  FINDING_SEVERITIES,
  FINDING_STATUSES,
  type Finding,
  type FindingChange,
} from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useCase, useFindings } from '../casework.ts';
import { formatDateTime, formatExact } from '../ui/format.ts';
import { SEVERITY_NAMES } from '../words/casework.ts';
import { FINDING } from '../words/finding.ts';
import { STATUS_WORDS } from '../words/findings.ts';
import { assigneesOf } from './arranged.ts';
import { EditInPlace } from './EditInPlace.tsx';
import { FindingStatusMark, SeverityMark } from './SeverityMark.tsx';

/** What the API takes of an assignee, and characters of a name shown. */
const ASSIGNEE_LENGTH = 200;
const NAME_LENGTH = 60;

interface FindingFactsProps {
  readonly finding: Finding;
  readonly onChange: (change: FindingChange) => void;
}

export function FindingFacts({ finding, onChange }: FindingFactsProps) {
  const { severity, status, assignee, author, made, changed } = finding;
  const known = useFindings().data ?? [];
  const authors = useCase().data?.authors ?? [];
  const names = [...new Set([...authors.map(({ name }) => name), ...assigneesOf(known)])];
  return (
    <dl className="finding-facts">
      <div>
        <dt>{FINDING.severity}</dt>
        <dd>
          <SeverityMark severity={severity} />
          <select
            className="field"
            aria-label={FINDING.severity}
            value={severity}
            onChange={({ target }) =>
              onChange({ severity: FINDING_SEVERITIES.find((one) => one === target.value) })
            }
          >
            {FINDING_SEVERITIES.map((one) => (
              <option key={one} value={one}>
                {SEVERITY_NAMES[one]}
              </option>
            ))}
          </select>
        </dd>
      </div>
      <div>
        <dt>{FINDING.status}</dt>
        <dd>
          <FindingStatusMark status={status} />
          <select
            className="field"
            aria-label={FINDING.status}
            value={status}
            onChange={({ target }) =>
              onChange({ status: FINDING_STATUSES.find((one) => one === target.value) })
            }
          >
            {FINDING_STATUSES.map((one) => (
              <option key={one} value={one}>
                {STATUS_WORDS[one]}
              </option>
            ))}
          </select>
        </dd>
      </div>
      <div>
        <dt>{FINDING.assignee}</dt>
        <dd>
          <EditInPlace
            name={FINDING.assignee}
            edit={FINDING.editAssignee}
            text={assignee ?? ''}
            none={FINDING.unassigned}
            most={ASSIGNEE_LENGTH}
            optional
            suggestions={names}
            onSave={(name) => onChange({ assignee: name === '' ? null : name })}
          />
        </dd>
      </div>
      <div>
        <dt>{FINDING.made}</dt>
        <dd title={FINDING.key(author.key)}>
          <time title={formatExact(made)}>{formatDateTime(made)}</time>{' '}
          {FINDING.by(visibleLine(author.name, NAME_LENGTH))}
        </dd>
      </div>
      <div>
        <dt>{FINDING.changed}</dt>
        <dd>
          <time title={formatExact(changed)}>{formatDateTime(changed)}</time>
        </dd>
      </div>
    </dl>
  );
}
