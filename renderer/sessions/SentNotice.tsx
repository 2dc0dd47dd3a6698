/** Above a list: that somebody sent what is shown, what may be believed of it, and how much of it is not there. */
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import type { ArchiveInfo } from '../../shared/api/session.ts';
import { VERDICT_MEANINGS } from '../../shared/recording/verdict-meanings.ts';
import { formatNumberOf } from '../ui/format.ts';
import { standingTone } from './standing-tone.ts';

export function SentNotice({ archive }: { readonly archive: ArchiveInfo | undefined }) {
  const foreign = archive?.foreign ?? null;
  if (foreign === null) return null;
  const { verdict, leftOut, kind } = foreign;
  const Icon = verdict === 'VERIFIED' ? ShieldCheck : ShieldAlert;
  return (
    <div className="sent-notice" role="status" data-testid="sent">
      <span className={`mark ${standingTone(verdict)}`}>
        <Icon size={14} aria-hidden />
        <b>{verdict}</b>
      </span>
      <span>
        Sent by somebody, shown from a private copy{kind === 'bundle' ? ' of the sessions they chose' : ''}:{' '}
        {VERDICT_MEANINGS[verdict]}
        {leftOut === 0
          ? ''
          : ` ${formatNumberOf(leftOut, 'event')} did not verify, or cannot be read, and ${leftOut === 1 ? 'is' : 'are'} not shown.`}
      </span>
    </div>
  );
}
