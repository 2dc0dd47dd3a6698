/** Who, from where, to what, when, how much. */
import { ArrowLeft, ArrowRight } from 'lucide-react';
import type { CiContext, SessionRow } from '../../shared/api/session.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { CompareMenu } from '../CompareMenu.tsx';
import { ReviewMenu } from '../casework/ReviewMenu.tsx';
import { ExportMenu } from '../ExportMenu.tsx';
import { EndSessionButton, RedactButton } from '../Operating.tsx';
import { goBack, goTo, HOME } from '../router.ts';
import { IconButton } from '../ui/Button.tsx';
import {
  formatBytes,
  formatClock,
  formatDateTime,
  formatDuration,
  formatExact,
  formatNumberOf,
} from '../ui/format.ts';
import { PolicyCount } from '../ui/decision-marks.tsx';
import { MismatchMark, Outcome, ProvenanceMark } from '../ui/marks.tsx';
import { lacks, NotRecorded } from '../ui/NotRecorded.tsx';
import { IdentityCard } from './IdentityCard.tsx';

/** Longest name shown; the rest is in its title. */
const NAME_LENGTH = 80;

/** Longest reason of an end in its title. */
const REASON_LENGTH = 500;

/** The filter for all sessions of a CI run. */
function runFilter({ provider, run }: CiContext): string {
  return printTerm({ field: 'job', comparison: ':', value: `${provider}/${run}` });
}

export function ReplayHead({ session }: { readonly session: SessionRow }) {
  const { identity, ci } = session;
  const agent = identity?.subject ?? session.user;
  const noToken = lacks(session, 'identity') ? 'identity not recorded' : 'no verified token';
  const reason = session.reason === null ? null : visibleLine(session.reason, REASON_LENGTH);
  const job = ci === null ? null : `${ci.provider}/${ci.run}/${ci.job}`;
  return (
    <header className="replay-head">
      <IconButton
        name="Back"
        shortcut="Esc"
        icon={<ArrowLeft size={16} aria-hidden />}
        onClick={() => goBack(HOME)}
      />
      <h1
        className="replay-agent ellipsis"
        title={identity === null ? noToken : `subject ${agent}, issued by ${identity.issuer}`}
      >
        {identity === null && agent !== '' ? '~ ' : ''}
        {agent === '' && session.imported !== null ? <NotRecorded /> : visibleLine(agent, NAME_LENGTH)}
      </h1>
      <IdentityCard session={session} />
      {ci === null || job === null ? null : (
        <span className="replay-job">
          {ci.repository === null ? null : (
            <span className="replay-repository ellipsis">{visibleLine(ci.repository, NAME_LENGTH)}</span>
          )}
          <button
            type="button"
            className="value-button ellipsis"
            title="Sessions of this run"
            onClick={() => goTo({ ...HOME, filter: runFilter(ci) })}
          >
            {visibleLine(job, NAME_LENGTH)}
          </button>
          <ProvenanceMark provenance={ci.provenance} />
          <span className="replay-provenance">{ci.provenance}</span>
          {session.ciMismatch === null ? null : (
            <button
              type="button"
              className="value-button replay-mismatch"
              title="Sessions whose agents named another job than their own"
              onClick={() => goTo({ ...HOME, filter: 'ci:mismatch' })}
            >
              <MismatchMark asserted={visibleLine(session.ciMismatch, NAME_LENGTH)} words />
            </button>
          )}
        </span>
      )}
      <ArrowRight size={14} className="replay-arrow" aria-label="to" />
      <span className="ellipsis">{session.connection}</span>
      {session.imported === null ? null : (
        <span className="cell-quiet ellipsis" title={`does not record ${session.imported.lacks.join(', ')}`}>
          imported from {visibleLine(session.imported.file, NAME_LENGTH)}
        </span>
      )}
      <span className="fill" />
      <span className="replay-when">
        <time title={formatExact(session.started)}>{formatDateTime(session.started)}</time>
        {session.ended === null ? ' – …' : ` – ${formatClock(session.ended).slice(0, 8)} UTC`}
        {session.ended === null ? null : (
          <span className="cell-quiet"> {formatDuration(session.ended - session.started)}</span>
        )}
      </span>
      <span className="replay-counts" title={lacks(session, 'rows') ? undefined : formatBytes(session.bytes)}>
        {formatNumberOf(session.statements, 'stmt')} ·{' '}
        {lacks(session, 'row count') && session.rows === 0 ? (
          <>
            rows <NotRecorded />
          </>
        ) : (
          formatNumberOf(session.rows, 'row')
        )}
        {session.errors > 0 ? (
          <span className="tone-error"> · ✕ {formatNumberOf(session.errors, 'error')}</span>
        ) : null}
        <span className="policy-counts replay-policy-counts">
          <PolicyCount what="denied" count={session.denied} />
          <PolicyCount what="held" count={session.held} />
          <PolicyCount what="masked" count={session.masked} />
        </span>
      </span>
      <span className="replay-outcome">
        {session.outcome === 'unknown' && session.imported !== null ? (
          <>
            end <NotRecorded />
          </>
        ) : (
          <Outcome outcome={session.outcome} reason={reason} />
        )}
        {reason === null || reason === '' ? null : (
          <span className="replay-reason ellipsis" title={reason}>
            {reason}
          </span>
        )}
      </span>
      <EndSessionButton session={session} />
      <RedactButton session={session.id} />
      <ReviewMenu session={session.id} />
      <CompareMenu session={session} />
      <ExportMenu filter="" session={session.id} />
    </header>
  );
}
