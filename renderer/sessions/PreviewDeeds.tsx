/** What a session did and how it ended: outcome, counts, what policy said, verbs. */
import type { SessionRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { goTo } from '../router.ts';
import { PolicyCount, PolicyName } from '../ui/decision-marks.tsx';
import { formatBytes, formatCount, formatDateTime, formatDuration, formatExact } from '../ui/format.ts';
import { Outcome, Verb } from '../ui/marks.tsx';
import { lacks, NotRecorded } from '../ui/NotRecorded.tsx';
import { PREVIEW } from '../words/preview.ts';
import { Fact, Facts, Section } from './fact-list.tsx';
import { durationOf } from './session-facts.ts';
import { ValueButton } from './ValueButton.tsx';

/** Longest reason shown. */
const LONG = 300;

/** How it ended, when it was, how long it took. */
export function Ending({ session }: { readonly session: SessionRow }) {
  const duration = durationOf(session);
  return (
    <section className="preview-section">
      <Facts>
        <Fact name={PREVIEW.facts.outcome}>
          {session.outcome === 'unknown' && session.imported !== null ? (
            <NotRecorded />
          ) : (
            <Outcome outcome={session.outcome} />
          )}
          {session.reason === null || session.reason === '' ? null : (
            <p className="preview-reason">{visibleLine(session.reason, LONG)}</p>
          )}
        </Fact>
        <Fact name={PREVIEW.facts.started}>
          <time title={formatExact(session.started)}>{PREVIEW.utc(formatDateTime(session.started))}</time>
        </Fact>
        <Fact name={PREVIEW.facts.duration}>
          {duration === null ? (
            <span className="cell-quiet">{PREVIEW.endNotRecorded}</span>
          ) : (
            formatDuration(duration)
          )}
        </Fact>
      </Facts>
    </section>
  );
}

/** How much it did; numbers lead to the statements they count. */
export function Counts({ session }: { readonly session: SessionRow }) {
  return (
    <dl className="preview-counts">
      <div>
        <dt>{PREVIEW.facts.statements}</dt>
        <dd>
          <button
            type="button"
            className="value-button"
            title={PREVIEW.showThese}
            onClick={() => goTo({ name: 'statements', filter: `session:${session.id}` })}
          >
            {formatCount(session.statements)}
          </button>
        </dd>
      </div>
      <div>
        <dt>{PREVIEW.facts.rows}</dt>
        <dd title={lacks(session, 'rows') ? undefined : formatBytes(session.bytes)}>
          {lacks(session, 'row count') && session.rows === 0 ? <NotRecorded /> : formatCount(session.rows)}
        </dd>
      </div>
      <div>
        <dt>{PREVIEW.facts.errors}</dt>
        <dd className={session.errors > 0 ? 'tone-error' : undefined}>
          {session.errors === 0 ? (
            0
          ) : (
            <button
              type="button"
              className="value-button"
              title={PREVIEW.showFailed}
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

/** What policy denied, held and masked; nothing where no policy was and nothing of that happened. */
export function PolicySection({ session }: { readonly session: SessionRow }) {
  const { policy } = session;
  if (policy === null && session.denied + session.held + session.masked === 0) return null;
  return (
    <Section title={PREVIEW.sections.policy}>
      <Facts>
        {OF_POLICY.map(([what, filter]) => (
          <Fact key={what} name={what}>
            {session[what] === 0 ? (
              <span className="cell-quiet">0</span>
            ) : (
              <button
                type="button"
                className="value-button"
                title={PREVIEW.showThese}
                onClick={() => goTo({ name: 'statements', filter: `session:${session.id} ${filter}` })}
              >
                <PolicyCount what={what} count={session[what]} />
              </button>
            )}
          </Fact>
        ))}
        <Fact name={PREVIEW.facts.policy}>
          {policy === null ? (
            <span className="cell-quiet">{PREVIEW.notRecorded}</span>
          ) : (
            <PolicyName hash={policy.hash} mode={policy.mode} />
          )}
        </Fact>
      </Facts>
    </Section>
  );
}

/** The verbs of its statements. */
export function VerbSection({ session }: { readonly session: SessionRow }) {
  return (
    <Section title={PREVIEW.sections.verbs}>
      {session.verbs.length === 0 ? (
        <p className="cell-quiet">{PREVIEW.none}</p>
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
  );
}
