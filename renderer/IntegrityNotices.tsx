/** Said above lists and sessions where what they show is not, or not all, what was recorded. */
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import type { SessionId } from '../shared/api/session.ts';
import { VERDICT_MEANINGS } from '../shared/recording/verdict-meanings.ts';
import { isBad, toneOf } from './integrity/standing.ts';
import { useIntegrity, useOpenArchive, useTouched } from './integrity/use-integrity.ts';
import { goTo, HOME } from './router.ts';
import { formatCount, formatNumberOf } from './ui/format.ts';
import { INTEGRITY as WORDS } from './words/integrity.ts';

/** Sessions that a filter of their ids can still hold. */
const MOST_LISTED = 40;

/** Above a list: what may be believed of it, and how much of it is not there. */
export function ListNotice() {
  const foreign = useOpenArchive()?.foreign ?? null;
  const result = useIntegrity()?.result ?? null;
  const verdict = result?.verdict ?? foreign?.verdict ?? null;
  if (verdict === null || (foreign === null && !isBad(verdict))) return null;
  const leftOut = result?.leftOut ?? foreign?.leftOut ?? 0;
  const touched = result?.touched ?? [];
  const Icon = toneOf(verdict) === 'tone-approved' ? ShieldCheck : ShieldAlert;
  return (
    <div className="integrity-notice" role="status" data-testid="sent">
      <span className={`mark ${toneOf(verdict)}`}>
        <Icon size={14} aria-hidden />
        <b>{verdict}</b>
      </span>
      <span>
        {foreign === null ? '' : `${WORDS.sentBy} `}
        {VERDICT_MEANINGS[verdict]}
        {leftOut === 0
          ? ''
          : ` ${WORDS.leftOut(formatNumberOf(leftOut, 'event'), leftOut === 1 ? 'is' : 'are')}`}
        {verdict === 'INDEX_MISMATCH' ? ` ${WORDS.listsMayLie}` : ''}
        {touched.length === 0 ? '' : ` ${WORDS.touched(formatNumberOf(touched.length, 'session'))}`}
      </span>
      {touched.length === 0 || touched.length > MOST_LISTED ? null : (
        <button
          type="button"
          className="value-button"
          onClick={() =>
            goTo({ ...HOME, filter: touched.map(({ session }) => `session:${session}`).join(' or ') })
          }
        >
          {WORDS.showTouched}
        </button>
      )}
      {isBad(verdict) ? <span className="cell-quiet">{WORDS.askDetails}</span> : null}
    </div>
  );
}

/** Above a session that a finding is about. */
export function SessionIntegrity({ session }: { readonly session: SessionId }) {
  const touched = useTouched(session);
  const isSent = (useOpenArchive()?.foreign ?? null) !== null;
  if (touched === null) return null;
  const { verdict, sequence } = touched;
  const where =
    sequence === null
      ? WORDS.unknownStep
      : isSent
        ? WORDS.cutAt(formatCount(Math.max(0, sequence - 1)))
        : WORDS.fromStep(formatCount(sequence));
  return (
    <div className="integrity-notice notice-bad" role="alert" data-testid="touched">
      <span className={`mark ${toneOf(verdict)}`}>
        <ShieldAlert size={14} aria-hidden />
        <b>{verdict}</b>
      </span>
      <span>
        {verdict === 'INCOMPLETE' ? WORDS.sessionGaps : WORDS.sessionTouched} {where}
      </span>
      {sequence === null ? null : (
        <button
          type="button"
          className="value-button"
          onClick={() => goTo({ name: 'session', id: session, step: sequence, tab: 'raw' })}
        >
          {WORDS.goToStep}
        </button>
      )}
    </div>
  );
}
