/** At the foot of the rail: whether what is shown was recorded here, or sent by somebody, and what may be believed of that. */
import { FolderCheck, ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ForeignStanding } from '../shared/api/foreign.ts';
import type { Verdict } from '../shared/recording/verdict.ts';
import { VERDICT_MEANINGS } from '../shared/recording/verdict-meanings.ts';
import { visibleLine } from '../shared/replay/visible.ts';
import { useArchive } from './sessions/lists.ts';
import { standingTone } from './sessions/standing-tone.ts';
import { formatNumberOf } from './ui/format.ts';

const ICON = 18;

/** Digits of a key that tell it from others. */
const SHORT = 16;

/** Longest text of a finding or a path; they may come from whoever sent the archive. */
const MAX_LINE = 300;

export function StandingBadge() {
  const { data: archive } = useArchive();
  if (archive === undefined) return null;
  const { foreign } = archive;
  const name = foreign === null ? 'Recorded here' : `Sent: ${foreign.verdict}`;
  return (
    <Popover.Root>
      <Popover.Trigger className="rail-button" aria-label={name} title={name} data-testid="standing">
        {foreign === null ? (
          <FolderCheck size={ICON} aria-hidden />
        ) : (
          <VerdictIcon verdict={foreign.verdict} />
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="person standing" side="right" align="end" sideOffset={8}>
          <p className="standing-path">
            <code>{visibleLine(archive.path, MAX_LINE)}</code>
          </p>
          {foreign === null ? (
            <p>
              Recorded on this machine, and opened in place. <code>auditorium verify</code> says whether it is
              what was recorded.
            </p>
          ) : (
            <Standing foreign={foreign} />
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Standing({ foreign }: { readonly foreign: ForeignStanding }) {
  const { verdict, keys, unknownKeys, findings, found, leftOut, kind } = foreign;
  return (
    <>
      <p>
        <b className={standingTone(verdict)}>{verdict}</b>: {VERDICT_MEANINGS[verdict]}
      </p>
      <p className="cell-quiet">
        {kind === 'bundle' ? 'A bundle of sessions that somebody chose. ' : ''}
        Shown from a private copy; lists and searches were made anew from what verified.
      </p>
      {keys.length === 0 ? null : (
        <p className="cell-quiet">
          Signed by {shortened(keys)}, trusted here{unknownKeys.length === 0 ? '.' : ', and '}
          {unknownKeys.length === 0 ? null : <>{shortened(unknownKeys)}, not known here.</>}
        </p>
      )}
      {keys.length > 0 || unknownKeys.length === 0 ? null : (
        <p className="cell-quiet">It names {shortened(unknownKeys)}, not known here.</p>
      )}
      {leftOut === 0 ? null : <p>{formatNumberOf(leftOut, 'event')} not shown.</p>}
      {findings.length === 0 ? null : (
        <ul className="standing-findings">
          {findings.map((finding) => (
            <li key={`${finding.message} ${finding.volume} ${finding.event}`}>
              <b className={standingTone(finding.verdict)}>{finding.verdict}</b> {placeOf(finding)}
              {visibleLine(finding.message, MAX_LINE)}
            </li>
          ))}
        </ul>
      )}
      {found <= findings.length ? null : (
        <p className="cell-quiet">
          {formatNumberOf(found, 'finding')} in all: <code>auditorium verify</code> tells them.
        </p>
      )}
    </>
  );
}

function VerdictIcon({ verdict }: { readonly verdict: Verdict }) {
  const Icon =
    verdict === 'VERIFIED' || verdict === 'VERIFIED_WITH_REDACTIONS'
      ? ShieldCheck
      : verdict === 'UNKNOWN_KEY' || verdict === 'INCOMPLETE'
        ? ShieldQuestion
        : ShieldAlert;
  return <Icon size={ICON} className={standingTone(verdict)} aria-hidden />;
}

function shortened(keys: readonly string[]) {
  return <code>{keys.map((key) => key.slice(0, SHORT)).join(', ')}</code>;
}

function placeOf({ event, lastEvent }: ForeignStanding['findings'][number]): string {
  if (event === null) return '';
  return lastEvent === null ? `event ${event}: ` : `events ${event} to ${lastEvent}: `;
}
