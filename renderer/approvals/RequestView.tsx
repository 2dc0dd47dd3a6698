/** One request: what would run, why it is held, who asks, what it would cost, and what that agent did before. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ApprovalDetail, ApprovalRow, Inbox } from '../../shared/api/approvals.ts';
import { MAX_LIMIT } from '../../shared/api/page.ts';
import { SessionId } from '../../shared/api/session.ts';
import { visible, visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { goTo } from '../router.ts';
import { CellText } from '../ui/CellText.tsx';
import { Estimate } from '../ui/Estimate.tsx';
import { Fact, Facts } from '../ui/Facts.tsx';
import { formatDateTime } from '../ui/format.ts';
import { ProvenanceMark } from '../ui/marks.tsx';
import { Fault } from '../ui/Note.tsx';
import { SqlText } from '../ui/SqlText.tsx';
import { StatementFactsView } from '../ui/StatementFactsView.tsx';
import { REQUEST } from '../words/approvals.ts';
import { FLEET } from '../words/fleet.ts';
import { AgentHistory } from './AgentHistory.tsx';
import { Deadline } from './Deadline.tsx';
import { DecideBar } from './DecideBar.tsx';
import { StateMark } from './StateMark.tsx';

const { why: WHY, asks: ASKS } = REQUEST;

/** Longest name, and longest message, shown. */
const NAME_LENGTH = 200;
const MESSAGE_LENGTH = 2_000;

interface RequestViewProps {
  readonly id: string;
  readonly inbox: Inbox;
}

export function RequestView({ id, inbox }: RequestViewProps) {
  const line = inbox.requests.find((request) => request.id === id);
  const detail = useQuery({
    queryKey: ['approval', id, line?.state, line?.votes.length],
    queryFn: ({ signal }) => api.approval({ id }, { signal }),
    placeholderData: (before) => (before?.id === id ? before : undefined),
  });
  const row = line ?? detail.data;
  if (row === undefined)
    return detail.isError ? (
      <Fault title={REQUEST.unreadable(id)} error={detail.error} onRetry={() => void detail.refetch()} />
    ) : (
      <section className="panel" aria-busy />
    );
  return (
    <section className="panel request" aria-label={REQUEST.name(id)} data-testid="request">
      <header className="request-head">
        <h2 className="request-title">
          #{row.id} <span className="cell-quiet">{REQUEST.by}</span>{' '}
          {visibleLine(row.asker.subject, NAME_LENGTH)} <span className="cell-quiet">{REQUEST.on}</span>{' '}
          {visibleLine(row.connection, NAME_LENGTH)}
        </h2>
        <StateMark state={row.state} />
        {row.state === 'pending' ? <Deadline request={row} /> : null}
        <span className="fill" />
        <ToReplay row={row} />
      </header>
      <div className="panel-scroll request-body">
        {detail.data === undefined ? (
          detail.isError ? (
            <p className="tone-error" role="alert">
              ✕ {detail.error.message}
            </p>
          ) : (
            <span className="skeleton" />
          )
        ) : (
          <Whole detail={detail.data} />
        )}
        <Asker row={row} groups={detail.data?.groups ?? null} />
        <AgentHistory row={row} />
      </div>
      <DecideBar
        row={row}
        person={inbox.person}
        signIn={inbox.signIn}
        othersWait={inbox.requests.some(({ state }) => state === 'pending')}
      />
    </section>
  );
}

function ToReplay({ row }: { readonly row: ApprovalRow }) {
  const session = SessionId.safeParse(row.session);
  if (!session.success) return null;
  const open = async (): Promise<void> => {
    const step = await stepOf(session.data, row.statement);
    goTo({ name: 'session', id: session.data, step, tab: 'decision' });
  };
  return (
    <button type="button" className="value-button request-replay" onClick={() => void open()}>
      {REQUEST.toSession(row.statement)}
    </button>
  );
}

/** The step at which a held statement was sent; null when the archive does not have it yet. */
async function stepOf(session: SessionId, statement: number): Promise<number | null> {
  try {
    const { items } = await api.statements({ session, filter: 'policy:held', limit: MAX_LIMIT });
    return items.find((row) => row.statement === statement)?.sequence ?? null;
  } catch {
    // The session view asks the same host, and says what is wrong.
    return null;
  }
}

function Whole({ detail }: { readonly detail: ApprovalDetail }) {
  const { rules, because, message, severity, parameters, votes } = detail;
  return (
    <>
      <Section title={REQUEST.statement.title}>
        <SqlText text={detail.text} />
        {detail.textCut ? <p className="tone-unknown">{REQUEST.statement.cut}</p> : null}
        {parameters.length === 0 ? null : (
          <Facts>
            {numbered(parameters).map(({ name, value }) => (
              <Fact key={name} name={name}>
                <span className="mono">
                  <CellText value={value} whole />
                </span>
              </Fact>
            ))}
          </Facts>
        )}
      </Section>
      <Section title={WHY.title}>
        <Facts>
          {rules.map((rule, index) => (
            <Fact key={rule} name={WHY.rule}>
              <b>{visibleLine(rule, NAME_LENGTH)}</b>{' '}
              <span className="cell-quiet">
                {WHY.because(visibleLine(because[index] ?? '', MESSAGE_LENGTH))}
              </span>
            </Fact>
          ))}
          {message === null || message === '' ? null : (
            <Fact name={WHY.message}>{visible(message.slice(0, MESSAGE_LENGTH))}</Fact>
          )}
          <Fact name={WHY.severity}>{severity}</Fact>
          <Fact name={WHY.approvers}>
            {detail.approvers.length === 0 ? WHY.anyReviewer : detail.approvers.join(WHY.or)}
            {detail.quorum === 1 ? null : WHY.quorum(detail.quorum)}
          </Fact>
          {votes.map((vote) => (
            <Fact
              key={`${vote.issuer} ${vote.subject}`}
              name={vote.verdict === 'approve' ? WHY.approved : WHY.rejected}
            >
              {REQUEST.by} <b>{visibleLine(vote.name ?? vote.subject, NAME_LENGTH)}</b> {REQUEST.at}{' '}
              {formatDateTime(vote.at * 1000)}
              {vote.reason === '' ? null : `: ${visibleLine(vote.reason, MESSAGE_LENGTH)}`}
            </Fact>
          ))}
          {detail.outcome === null ? null : (
            <Fact name={WHY.ended}>{visibleLine(detail.outcome, MESSAGE_LENGTH)}</Fact>
          )}
        </Facts>
      </Section>
      <Section title={REQUEST.does}>
        <StatementFactsView facts={detail.facts} />
      </Section>
      <Section title={REQUEST.expects.title}>
        <Estimate json={detail.estimate} />
        <p className="cell-quiet">{detail.resolved ? REQUEST.expects.bound : REQUEST.expects.textOnly}</p>
      </Section>
    </>
  );
}

function Asker({ row, groups }: { readonly row: ApprovalRow; readonly groups: readonly string[] | null }) {
  const { asker } = row;
  return (
    <Section title={ASKS.title}>
      <Facts>
        <Fact name={ASKS.subject}>
          {visibleLine(asker.subject, NAME_LENGTH)}
          {asker.clientId === null ? null : (
            <span className="cell-quiet">{ASKS.client(visibleLine(asker.clientId, NAME_LENGTH))}</span>
          )}
        </Fact>
        <Fact name={ASKS.issuer}>{visibleLine(asker.issuer, NAME_LENGTH)}</Fact>
        {groups === null || groups.length === 0 ? null : <Fact name={ASKS.groups}>{groups.join(', ')}</Fact>}
        <Fact name={ASKS.job}>
          {asker.job === null ? (
            <span className="cell-quiet">{ASKS.noJob}</span>
          ) : (
            <>
              {visibleLine(asker.job, NAME_LENGTH)}{' '}
              <ProvenanceMark provenance={asker.attested ? 'attested' : 'asserted'} />{' '}
              <span className="cell-quiet">
                {asker.attested ? ASKS.attested : ASKS.asserted}
                {asker.actor === null ? '' : ASKS.startedBy(visibleLine(asker.actor, NAME_LENGTH))}
              </span>
            </>
          )}
        </Fact>
        <Fact name={ASKS.from}>{asker.address}</Fact>
        {row.gateway === undefined ? null : (
          <Fact name={FLEET.onGateway}>
            {row.gateway.name}
            {row.gateway.away === null ? null : (
              <span className="tone-write"> {FLEET.awaySince(formatDateTime(row.gateway.away * 1000))}</span>
            )}
          </Fact>
        )}
      </Facts>
    </Section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="request-section" aria-label={title}>
      <h3 className="section-title">{title}</h3>
      {children}
    </section>
  );
}

function numbered(parameters: readonly (string | null)[]): { name: string; value: string | null }[] {
  return parameters.map((value, index) => ({ name: `$${index + 1}`, value }));
}
