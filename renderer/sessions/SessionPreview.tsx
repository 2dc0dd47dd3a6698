/** The selected session beside the list: who, from where, what, how it ended. Every value filters. */
import { ArrowRight, PanelRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CiContext, Identity, SessionRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { SessionJudgement } from '../casework/SessionJudgement.tsx';
import { EndSessionButton } from '../Operating.tsx';
import { goTo } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { PolicyCount, PolicyName } from '../ui/decision-marks.tsx';
import { formatBytes, formatCount, formatDateTime, formatDuration, formatExact } from '../ui/format.ts';
import { MismatchMark, Outcome, ProvenanceMark, Verb } from '../ui/marks.tsx';
import { lacks, NotRecorded } from '../ui/NotRecorded.tsx';
import { ValueButton } from './ValueButton.tsx';
import { agentOf, durationOf, jobOf } from './session-facts.ts';

/** Longest value shown on a line of its own. */
const LONG = 300;

interface SessionPreviewProps {
  readonly session: SessionRow | null;
  readonly onOpen: (session: SessionRow) => void;
}

export function SessionPreview({ session, onOpen }: SessionPreviewProps) {
  return (
    <aside
      className="panel panel-side preview"
      aria-label="Preview of the selected session"
      data-testid="preview"
    >
      {session === null ? <NothingSelected /> : <Selected session={session} onOpen={onOpen} />}
    </aside>
  );
}

function NothingSelected() {
  return (
    <div className="preview-empty">
      <PanelRight size={20} aria-hidden />
      <p>
        Select a session to see who it was and what it did. <kbd className="key">j</kbd>{' '}
        <kbd className="key">k</kbd> move, <kbd className="key">Enter</kbd> opens.
      </p>
    </div>
  );
}

function Selected({
  session,
  onOpen,
}: {
  readonly session: SessionRow;
  readonly onOpen: SessionPreviewProps['onOpen'];
}) {
  return (
    <>
      <div className="preview-head">
        <h2 className="preview-title ellipsis" title={agentOf(session)}>
          {visibleLine(agentOf(session), LONG)}
        </h2>
        <EndSessionButton session={session} />
        <Button look="primary" onClick={() => onOpen(session)}>
          Replay <ArrowRight size={14} aria-hidden />
        </Button>
      </div>
      <div className="panel-scroll preview-body">
        <Ending session={session} />
        <Counts session={session} />
        <SessionJudgement session={session} />
        {session.policy === null && session.denied + session.held + session.masked === 0 ? null : (
          <PolicyFacts session={session} policy={session.policy} />
        )}
        <Section title="Verbs">
          {session.verbs.length === 0 ? (
            <p className="cell-quiet">none</p>
          ) : (
            <div className="preview-verbs">
              {session.verbs.map((verb) =>
                verb === '' ? (
                  <Verb key="" verb="" />
                ) : (
                  <ValueButton key={verb} field="verb" value={verb}>
                    <Verb verb={verb} />
                  </ValueButton>
                ),
              )}
            </div>
          )}
        </Section>
        <Section title="Identity">
          {session.identity === null && lacks(session, 'identity') ? (
            <NotRecorded />
          ) : session.identity === null ? (
            <p className="tone-unknown">? no verified token</p>
          ) : (
            <IdentityFacts identity={session.identity} />
          )}
        </Section>
        {session.imported === null ? null : <Source source={session.imported} />}
        <Section title="CI job" mark={session.ci === null ? null : <ProvenanceWords ci={session.ci} />}>
          {session.ci === null ? (
            <p className="cell-quiet">not recorded</p>
          ) : (
            <CiFacts ci={session.ci} mismatch={session.ciMismatch} />
          )}
        </Section>
        <Section title="Connection">
          <Facts>
            <Fact name="name">
              {session.connection === '' && session.imported !== null ? (
                <NotRecorded />
              ) : (
                <ValueButton field="connection" value={session.connection} />
              )}
            </Fact>
            <Fact name="from">
              {session.clientAddress === '' && session.imported !== null ? (
                <NotRecorded />
              ) : (
                <ValueButton field="address" value={session.clientAddress} />
              )}
            </Fact>
            <Fact name="~ user">
              {session.user === '' && session.imported !== null ? (
                <NotRecorded />
              ) : (
                <ValueButton field="user" value={session.user}>
                  {visibleLine(session.user, LONG)}
                </ValueButton>
              )}
            </Fact>
            <Fact name="~ application">
              {session.applicationName === '' ? (
                <span className="cell-quiet">not recorded</span>
              ) : (
                <ValueButton field="app" value={session.applicationName}>
                  {visibleLine(session.applicationName, LONG)}
                </ValueButton>
              )}
            </Fact>
            <Fact name="session">
              <span className="mono">{session.id}</span>
            </Fact>
          </Facts>
        </Section>
      </div>
    </>
  );
}

/** Where an imported session was read from, and what that does not tell. */
function Source({ source }: { readonly source: NonNullable<SessionRow['imported']> }) {
  return (
    <Section title="Imported">
      <Facts>
        <Fact name="from">{visibleLine(source.file, LONG)}</Fact>
        <Fact name="format">{source.format}</Fact>
        <Fact name="not recorded">{source.lacks.length === 0 ? 'nothing' : source.lacks.join(', ')}</Fact>
      </Facts>
    </Section>
  );
}

function Ending({ session }: { readonly session: SessionRow }) {
  const duration = durationOf(session);
  return (
    <section className="preview-section">
      <Facts>
        <Fact name="outcome">
          {session.outcome === 'unknown' && session.imported !== null ? (
            <NotRecorded />
          ) : (
            <Outcome outcome={session.outcome} />
          )}
          {session.reason === null || session.reason === '' ? null : (
            <p className="preview-reason">{visibleLine(session.reason, LONG)}</p>
          )}
        </Fact>
        <Fact name="started">
          <time title={formatExact(session.started)}>{formatDateTime(session.started)} UTC</time>
        </Fact>
        <Fact name="duration">
          {duration === null ? (
            <span className="cell-quiet">end not recorded</span>
          ) : (
            formatDuration(duration)
          )}
        </Fact>
      </Facts>
    </section>
  );
}

function Counts({ session }: { readonly session: SessionRow }) {
  return (
    <dl className="preview-counts">
      <div>
        <dt>statements</dt>
        <dd>
          <button
            type="button"
            className="value-button"
            title="Show these statements"
            onClick={() => goTo({ name: 'statements', filter: `session:${session.id}` })}
          >
            {formatCount(session.statements)}
          </button>
        </dd>
      </div>
      <div>
        <dt>rows</dt>
        <dd title={lacks(session, 'rows') ? undefined : formatBytes(session.bytes)}>
          {lacks(session, 'row count') && session.rows === 0 ? <NotRecorded /> : formatCount(session.rows)}
        </dd>
      </div>
      <div>
        <dt>errors</dt>
        <dd className={session.errors > 0 ? 'tone-error' : undefined}>
          {session.errors === 0 ? (
            0
          ) : (
            <button
              type="button"
              className="value-button"
              title="Show what failed"
              onClick={() => goTo({ name: 'statements', filter: `session:${session.id} error:*` })}
            >
              {formatCount(session.errors)}
            </button>
          )}
        </dd>
      </div>
    </dl>
  );
}

const OF_POLICY = [
  ['denied', 'policy:denied'],
  ['held', 'policy:held'],
  ['masked', 'masked:*'],
] as const;

interface PolicyFactsProps {
  readonly session: SessionRow;
  readonly policy: SessionRow['policy'];
}

function PolicyFacts({ session, policy }: PolicyFactsProps) {
  return (
    <Section title="Policy">
      <Facts>
        {OF_POLICY.map(([what, filter]) => (
          <Fact key={what} name={what}>
            {session[what] === 0 ? (
              <span className="cell-quiet">0</span>
            ) : (
              <button
                type="button"
                className="value-button"
                title="Show these statements"
                onClick={() => goTo({ name: 'statements', filter: `session:${session.id} ${filter}` })}
              >
                <PolicyCount what={what} count={session[what]} />
              </button>
            )}
          </Fact>
        ))}
        <Fact name="policy">
          {policy === null ? (
            <span className="cell-quiet">not recorded</span>
          ) : (
            <PolicyName hash={policy.hash} mode={policy.mode} />
          )}
        </Fact>
      </Facts>
    </Section>
  );
}

function IdentityFacts({ identity }: { readonly identity: Identity }) {
  return (
    <Facts>
      <Fact name="subject">
        <ValueButton field="sub" value={identity.subject} />
      </Fact>
      {identity.clientId === null ? null : (
        <Fact name="client">
          <ValueButton field="client" value={identity.clientId} />
        </Fact>
      )}
      {identity.userId === null ? null : (
        <Fact name="person">
          <ValueButton field="token" value={identity.userId} />
        </Fact>
      )}
      <Fact name="issuer">
        <ValueButton field="issuer" value={identity.issuer} />
      </Fact>
      {identity.groups.length === 0 ? null : (
        <Fact name="groups">
          {identity.groups.map((group) => (
            <span key={group} className="preview-item">
              <ValueButton field="group" value={group} />
            </span>
          ))}
        </Fact>
      )}
      <Fact name="token">
        <ValueButton field="token" value={identity.fingerprint}>
          <span className="mono" title={identity.fingerprint}>
            {identity.fingerprint.slice(0, 16)}…
          </span>
        </ValueButton>
      </Fact>
      <Fact name="expires">{formatDateTime(identity.expires * 1_000_000)} UTC</Fact>
    </Facts>
  );
}

function CiFacts({ ci, mismatch }: { readonly ci: CiContext; readonly mismatch: string | null }) {
  return (
    <Facts>
      <Fact name="job">
        <ValueButton field="job" value={jobOf(ci)} />
      </Fact>
      <Fact name="run">
        <ValueButton field="run" value={ci.run} />
      </Fact>
      {ci.repository === null ? null : (
        <Fact name="repository">
          <ValueButton field="repo" value={ci.repository} />
        </Fact>
      )}
      {ci.ref === null ? null : <Fact name="ref">{visibleLine(ci.ref, LONG)}</Fact>}
      {ci.actor === null ? null : <Fact name="actor">{visibleLine(ci.actor, LONG)}</Fact>}
      {ci.issuer === null ? null : <Fact name="attested by">{ci.issuer}</Fact>}
      {mismatch === null ? null : (
        <Fact name="~ also said">
          <ValueButton field="ci" value="mismatch">
            <MismatchMark asserted={visibleLine(mismatch, LONG)} /> {visibleLine(mismatch, LONG)}
          </ValueButton>
        </Fact>
      )}
    </Facts>
  );
}

function ProvenanceWords({ ci }: { readonly ci: CiContext }) {
  return (
    <span className="provenance-words">
      <ProvenanceMark provenance={ci.provenance} /> {formatProvenance(ci.provenance)}
    </span>
  );
}

function formatProvenance(provenance: CiContext['provenance']): string {
  return provenance === 'attested' ? 'attested by a verified claim' : 'asserted, not proven';
}

function Section(props: { readonly title: string; readonly mark?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="preview-section">
      <h3 className="section-title preview-section-title">
        {props.title}
        {props.mark}
      </h3>
      {props.children}
    </section>
  );
}

function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="fact-list">{children}</dl>;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
