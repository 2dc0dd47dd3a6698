/** Who, from where, to what, when, how much. */
import { ArrowLeft, ArrowRight } from 'lucide-react';
import type { CiContext, SessionRow } from '../../shared/api/session.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { CompareMenu } from '../CompareMenu.tsx';
import { ReviewMenu } from '../casework/ReviewMenu.tsx';
import { ExportMenu } from '../ExportMenu.tsx';
import { EndSessionButton, HoldButton, RedactButton } from '../Operating.tsx';
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
import { REPLAY_HEAD as WORDS } from '../words/replay-head.ts';
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
  const noToken = lacks(session, 'identity') ? WORDS.noIdentity : WORDS.noToken;
  return (
    <header className="replay-head">
      <IconButton
        name={WORDS.back}
        shortcut="Esc"
        icon={<ArrowLeft size={16} aria-hidden />}
        onClick={() => goBack(HOME)}
      />
      <h1
        className="replay-agent ellipsis"
        title={identity === null ? noToken : WORDS.issuedBy(agent, identity.issuer)}
      >
        {identity === null && agent !== '' ? '~ ' : ''}
        {agent === '' && session.imported !== null ? <NotRecorded /> : visibleLine(agent, NAME_LENGTH)}
      </h1>
      <IdentityCard session={session} />
      {ci === null ? null : <Job ci={ci} mismatch={session.ciMismatch} />}
      <ArrowRight size={14} className="replay-arrow" aria-label={WORDS.to} />
      <span className="ellipsis">{session.connection}</span>
      {session.imported === null ? null : (
        <span className="cell-quiet ellipsis" title={WORDS.lacks(session.imported.lacks)}>
          {WORDS.importedFrom} {visibleLine(session.imported.file, NAME_LENGTH)}
        </span>
      )}
      <span className="fill" />
      <Times session={session} />
      <Counts session={session} />
      <End session={session} />
      <span className="replay-acts" role="group" aria-label={WORDS.actions}>
        <EndSessionButton session={session} />
        <RedactButton session={session.id} />
        <HoldButton session={session} />
        <ReviewMenu session={session.id} />
        <CompareMenu session={session} />
        <ExportMenu filter="" session={session.id} />
      </span>
    </header>
  );
}

interface JobProps {
  readonly ci: CiContext;
  /** The job that the agent named, where that is another. */
  readonly mismatch: string | null;
}

function Job({ ci, mismatch }: JobProps) {
  const name = `${ci.provider}/${ci.run}/${ci.job}`;
  return (
    <span className="replay-job">
      {ci.repository === null ? null : (
        <span className="replay-repository ellipsis">{visibleLine(ci.repository, NAME_LENGTH)}</span>
      )}
      <button
        type="button"
        className="value-button ellipsis"
        title={`${WORDS.ofRun}: ${visibleLine(`${ci.repository ?? ''} ${name}`, NAME_LENGTH)}`}
        onClick={() => goTo({ ...HOME, filter: runFilter(ci) })}
      >
        {visibleLine(name, NAME_LENGTH)}
      </button>
      <ProvenanceMark provenance={ci.provenance} />
      <span className="replay-provenance">{ci.provenance}</span>
      {mismatch === null ? null : (
        <button
          type="button"
          className="value-button replay-mismatch"
          title={WORDS.ofMismatch}
          onClick={() => goTo({ ...HOME, filter: 'ci:mismatch' })}
        >
          <MismatchMark asserted={visibleLine(mismatch, NAME_LENGTH)} words />
        </button>
      )}
    </span>
  );
}

/** When it was; where there is less room, when it began. */
function Times({ session: { started, ended } }: { readonly session: SessionRow }) {
  return (
    <span className="replay-when">
      <time title={formatExact(started)}>{formatDateTime(started)}</time>
      <span className="replay-until">
        {ended === null ? ' – …' : ` – ${formatClock(ended).slice(0, 8)}`}
        {ended === null ? null : <span className="cell-quiet"> {formatDuration(ended - started)}</span>}
      </span>{' '}
      <span className="cell-quiet">{WORDS.utc}</span>
    </span>
  );
}

function Counts({ session }: { readonly session: SessionRow }) {
  return (
    <span className="replay-counts" title={lacks(session, 'rows') ? undefined : formatBytes(session.bytes)}>
      {formatNumberOf(session.statements, WORDS.statement)}
      <span className="replay-rows">
        {' · '}
        {lacks(session, 'row count') && session.rows === 0 ? (
          <>
            {WORDS.rows} <NotRecorded />
          </>
        ) : (
          formatNumberOf(session.rows, 'row')
        )}
      </span>
      {session.errors > 0 ? (
        <span className="tone-error"> · ✕ {formatNumberOf(session.errors, 'error')}</span>
      ) : null}
      <span className="policy-counts replay-policy-counts">
        <PolicyCount what="denied" count={session.denied} />
        <PolicyCount what="held" count={session.held} />
        <PolicyCount what="masked" count={session.masked} />
      </span>
    </span>
  );
}

function End({ session: { outcome, imported, reason: why } }: { readonly session: SessionRow }) {
  const reason = why === null ? null : visibleLine(why, REASON_LENGTH);
  return (
    <span className="replay-outcome">
      {outcome === 'unknown' && imported !== null ? (
        <>
          {WORDS.end} <NotRecorded />
        </>
      ) : (
        <Outcome outcome={outcome} reason={reason} />
      )}
      {reason === null || reason === '' ? null : (
        <span className="replay-reason ellipsis" title={reason}>
          {reason}
        </span>
      )}
    </span>
  );
}
