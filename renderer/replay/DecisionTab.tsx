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
import { DECISION as WORDS, INSPECTOR } from '../words/inspector.ts';

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
  if (statement === null) return <p className="panel-none">{INSPECTOR.noStatement}</p>;
  if (told.error !== null) return <Fault title={WORDS.failed} error={told.error} onRetry={told.retry} />;
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
          <h3 className="section-title tab-section">{WORDS.decidedOn}</h3>
          <StatementFactsView facts={decision.facts} />
        </>
      )}
    </div>
  );
}

function ByDefault({ policy }: { readonly policy: SessionRow['policy'] }) {
  if (policy === null) return <p className="panel-none">{WORDS.noPolicy}</p>;
  return (
    <Facts>
      <Fact name={WORDS.decision}>{WORDS.byDefault}</Fact>
      <Fact name={WORDS.policy}>
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
      <Fact name={WORDS.decision}>
        <DecisionMark decision={ended === null ? (stored ?? decidedBy(decision)) : endedAs(ended)} />
        {enforced ? null : <span className="cell-quiet"> {WORDS.notEnforced}</span>}
      </Fact>
      <Fact name={WORDS.rules(rules.length)}>
        {rules.length === 0 ? WORDS.noRule : null}
        <ul>
          {rules.map((rule, index) => (
            <li key={`${rule} ${because[index] ?? ''}`}>
              <b>{visibleLine(rule, NAME_LENGTH)}</b>{' '}
              <span className="cell-quiet">
                {WORDS.because(visibleLine(because[index] ?? '', REASON_LENGTH))}
              </span>
            </li>
          ))}
        </ul>
      </Fact>
      {message === '' ? null : <Fact name={WORDS.message}>{visible(message.slice(0, REASON_LENGTH))}</Fact>}
      <Fact name={WORDS.severity}>{severity}</Fact>
      <Fact name={WORDS.policy}>
        <PolicyName hash={hash} mode={enforced ? 'enforce' : 'observe'} />
        {policy === null || policy.hash === hash ? null : (
          <span className="cell-quiet"> {WORDS.otherPolicy}</span>
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
      <h3 className="section-title tab-section">{WORDS.heldAs(visibleLine(hold.request, NAME_LENGTH))}</h3>
      <Facts>
        <Fact name={WORDS.approvers}>
          {hold.approvers.length === 0 ? WORDS.anyReviewer : hold.approvers.join(WORDS.or)}
          {hold.quorum === 1 ? null : WORDS.quorum(hold.quorum)}
        </Fact>
        <Fact name={WORDS.votes}>
          {votes.length === 0 ? <span className="cell-quiet">{WORDS.noVotes}</span> : null}
          <ul>
            {votes.map(({ time, fields }) => (
              <li key={`${fields.issuer} ${fields.subject}`}>
                <DecisionMark decision={fields.verdict === 'approve' ? 'approved' : 'rejected'} short />{' '}
                {WORDS.by}{' '}
                <b title={`${fields.subject}, ${fields.issuer}`}>
                  {visibleLine(fields.name ?? fields.subject, NAME_LENGTH)}
                </b>{' '}
                {WORDS.at(formatClock(time))}
                {fields.reason === '' ? null : `: ${visibleLine(fields.reason, REASON_LENGTH)}`}
              </li>
            ))}
          </ul>
        </Fact>
        <Fact name={WORDS.deadline}>{formatClock(hold.deadline)}</Fact>
        <Fact name={WORDS.ended}>
          {ended === null || endedAt === null || heldAt === null
            ? WORDS.endNotRecorded
            : WORDS.endedAfter(
                visibleLine(ended.reason === '' ? ended.outcome : ended.reason, REASON_LENGTH),
                formatDuration(endedAt - heldAt),
              )}
        </Fact>
        <Fact name={WORDS.approvedIs}>
          {hold.resolved ? WORDS.resolved : WORDS.unresolved}
          <p className="mono cell-quiet">{hexText(hold.hash).slice(2)}</p>
        </Fact>
        <Fact name={WORDS.estimate}>
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
      <h3 className="section-title tab-section">{WORDS.masked}</h3>
      <Facts>
        {columns.map(({ position, column, rule, style, level }) => (
          <Fact key={position} name={WORDS.column(position + 1)}>
            <span className="tone-masked">{visibleLine(column, NAME_LENGTH)}</span> {style} {WORDS.by}{' '}
            <b>{visibleLine(rule, NAME_LENGTH)}</b>
            <p className="cell-quiet">{levelWords(level)}</p>
          </Fact>
        ))}
        {values.map(({ literals, parameters, rules }) => (
          <Fact key={rules.join(' ')} name={WORDS.values}>
            {literals === 0 ? null : `${formatNumberOf(literals, WORDS.literal)} `}
            {parameters.map((parameter) => `$${parameter}`).join(', ')} {WORDS.keptOut}{' '}
            <b>{rules.join(', ')}</b>
            {WORDS.gotAsSent}
          </Fact>
        ))}
        {detected.map(({ where, detectors, rules, counts }) => (
          <Fact key={where} name={WORDS.within(where)}>
            {detectors.map((detector, index) => (
              <span key={detector} className="fact-item">
                <span className="tone-masked">{detector}</span> {WORDS.times(counts[index] ?? 0)} {WORDS.by}{' '}
                <b>{rules[index]}</b>
              </span>
            ))}
          </Fact>
        ))}
        {withheld.map(({ where, what }) => (
          <Fact key={`${where} ${what}`} name={WORDS.withheld}>
            {WORDS.whatOf(what, where)}
          </Fact>
        ))}
      </Facts>
    </>
  );
}
