/** What policy said of a statement, on what it rests, who decided, and what was masked. */
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import { decidedBy, endedAs } from '../../shared/policy/recorded-decision.ts';
import type { EventFields } from '../../shared/recording/event.ts';
import { hexText } from '../../shared/replay/value.ts';
import { visible, visibleLine } from '../../shared/replay/visible.ts';
import { DecisionMark, PolicyName } from '../ui/decision-marks.tsx';
import { Estimate } from '../ui/Estimate.tsx';
import { Fact, Facts } from '../ui/Facts.tsx';
import { formatClock, formatDuration, formatNumberOf } from '../ui/format.ts';
import { Fault } from '../ui/Note.tsx';
import { StatementFactsView } from '../ui/StatementFactsView.tsx';
import { levelWords, type DecisionDetail } from './decision-detail.ts';
import type { Told } from './use-current.ts';

/** Longest name, and longest reason, shown. */
const NAME_LENGTH = 200;
const REASON_LENGTH = 2_000;

interface DecisionTabProps {
  /** null before the first one. */
  readonly statement: number | null;
  readonly told: Told<DecisionDetail>;
  readonly row: StatementRow | null;
  readonly policy: SessionRow['policy'];
}

export function DecisionTab({ statement, told, row, policy }: DecisionTabProps) {
  if (statement === null) return <p className="panel-none">No statement yet.</p>;
  if (told.error !== null)
    return <Fault title="The decision could not be read" error={told.error} onRetry={told.retry} />;
  if (told.data === undefined) return <span className="skeleton" />;
  const { decision, hold } = told.data;
  return (
    <div className="tab-scroll" data-testid="decision">
      {decision === null ? (
        <ByDefault policy={policy} />
      ) : (
        <Said decision={decision} ended={told.data.ended} stored={row?.decision ?? null} policy={policy} />
      )}
      {hold === null ? null : <Held hold={hold} detail={told.data} />}
      <Masked detail={told.data} />
      {decision === null ? null : (
        <>
          <h3 className="section-title tab-section">Decided on</h3>
          <StatementFactsView facts={decision.facts} />
        </>
      )}
    </div>
  );
}

function ByDefault({ policy }: { readonly policy: SessionRow['policy'] }) {
  if (policy === null) return <p className="panel-none">No policy was in force: nothing was decided.</p>;
  return (
    <Facts>
      <Fact name="decision">allowed by the policy’s default: no rule matched</Fact>
      <Fact name="policy">
        <PolicyName {...policy} />
      </Fact>
    </Facts>
  );
}

interface SaidProps {
  readonly decision: EventFields<'decision'>;
  readonly ended: EventFields<'holdEnded'> | null;
  readonly stored: StatementRow['decision'];
  readonly policy: SessionRow['policy'];
}

function Said({ decision, ended, stored, policy }: SaidProps) {
  const { rules, because, message, severity, enforced } = decision;
  const hash = hexText(decision.policy).slice(2);
  return (
    <Facts>
      <Fact name="decision">
        <DecisionMark decision={ended === null ? (stored ?? decidedBy(decision)) : endedAs(ended)} />
        {enforced ? null : <span className="cell-quiet"> not enforced: the policy only observes</span>}
      </Fact>
      <Fact name={rules.length === 1 ? 'rule' : 'rules'}>
        {rules.length === 0 ? 'none matched: the policy’s default' : null}
        <ul>
          {rules.map((rule, index) => (
            <li key={`${rule} ${because[index] ?? ''}`}>
              <b>{visibleLine(rule, NAME_LENGTH)}</b>{' '}
              <span className="cell-quiet">
                because of {visibleLine(because[index] ?? '', REASON_LENGTH)}
              </span>
            </li>
          ))}
        </ul>
      </Fact>
      {message === '' ? null : <Fact name="message">{visible(message.slice(0, REASON_LENGTH))}</Fact>}
      <Fact name="severity">{severity}</Fact>
      <Fact name="policy">
        <PolicyName hash={hash} mode={enforced ? 'enforce' : 'observe'} />
        {policy === null || policy.hash === hash ? null : (
          <span className="cell-quiet"> another one was in force later in the session</span>
        )}
      </Fact>
    </Facts>
  );
}

interface HeldProps {
  readonly hold: EventFields<'hold'>;
  readonly detail: DecisionDetail;
}

function Held({ hold, detail }: HeldProps) {
  const { votes, ended, heldAt, endedAt } = detail;
  return (
    <>
      <h3 className="section-title tab-section">Held as #{visibleLine(hold.request, NAME_LENGTH)}</h3>
      <Facts>
        <Fact name="approvers">
          {hold.approvers.length === 0 ? 'any reviewer' : hold.approvers.join(' or ')}
          {hold.quorum === 1 ? null : `, ${hold.quorum} of them`}
        </Fact>
        <Fact name="votes">
          {votes.length === 0 ? <span className="cell-quiet">nobody voted</span> : null}
          <ul>
            {votes.map(({ time, fields }) => (
              <li key={`${fields.issuer} ${fields.subject}`}>
                <DecisionMark decision={fields.verdict === 'approve' ? 'approved' : 'rejected'} short /> by{' '}
                <b title={`${fields.subject}, ${fields.issuer}`}>
                  {visibleLine(fields.name ?? fields.subject, NAME_LENGTH)}
                </b>{' '}
                at {formatClock(time)}
                {fields.reason === '' ? null : `: ${visibleLine(fields.reason, REASON_LENGTH)}`}
              </li>
            ))}
          </ul>
        </Fact>
        <Fact name="deadline">{formatClock(hold.deadline)}</Fact>
        <Fact name="ended">
          {ended === null || endedAt === null || heldAt === null
            ? 'not recorded'
            : `${visibleLine(ended.reason === '' ? ended.outcome : ended.reason, REASON_LENGTH)}, after ${formatDuration(endedAt - heldAt)}`}
        </Fact>
        <Fact name="approved is">
          {hold.resolved
            ? 'the text, its parameters, search_path and the versions of what it uses'
            : 'the text and its parameters: search_path and versions could not be read'}
          <p className="mono cell-quiet">{hexText(hold.hash).slice(2)}</p>
        </Fact>
        <Fact name="estimate">
          <Estimate json={hold.estimate} />
        </Fact>
      </Facts>
    </>
  );
}

function Masked({ detail }: { readonly detail: DecisionDetail }) {
  const { columns, values, detected, withheld } = detail;
  if (columns.length + values.length + detected.length + withheld.length === 0) return null;
  return (
    <>
      <h3 className="section-title tab-section">Masked</h3>
      <Facts>
        {columns.map(({ position, column, rule, style, level }) => (
          <Fact key={position} name={`column ${position + 1}`}>
            <span className="tone-masked">{visibleLine(column, NAME_LENGTH)}</span> {style} by{' '}
            <b>{visibleLine(rule, NAME_LENGTH)}</b>
            <p className="cell-quiet">{levelWords(level)}</p>
          </Fact>
        ))}
        {values.map(({ literals, parameters, rules }) => (
          <Fact key={rules.join(' ')} name="values">
            {literals === 0 ? null : `${formatNumberOf(literals, 'literal')} `}
            {parameters.map((parameter) => `$${parameter}`).join(', ')} kept out of the record by{' '}
            <b>{rules.join(', ')}</b>; the server got them as sent
          </Fact>
        ))}
        {detected.map(({ where, detectors, rules, counts }) => (
          <Fact key={where} name={`in ${where}`}>
            {detectors.map((detector, index) => (
              <span key={detector} className="fact-item">
                <span className="tone-masked">{detector}</span> {counts[index]}× by <b>{rules[index]}</b>
              </span>
            ))}
          </Fact>
        ))}
        {withheld.map(({ where, what }) => (
          <Fact key={`${where} ${what}`} name="withheld">
            {what} of the {where}
          </Fact>
        ))}
      </Facts>
    </>
  );
}
