/** How much passes the filter, and whether the list is up to date. */
import { Radio, TriangleAlert } from 'lucide-react';
import type { ArchiveInfo } from '../../shared/api/session.ts';
import { useLiveState } from '../live.ts';
import { formatCount, formatDateTime, formatNumberOf } from '../ui/format.ts';

interface ArchiveStatusProps {
  readonly archive: ArchiveInfo | undefined;
  /** How many pass the filter; null while it is counted, or where counting costs too much. */
  readonly matching: number | null;
  readonly noun: 'session' | 'statement';
}

export function ArchiveStatus({ archive, matching, noun }: ArchiveStatusProps) {
  const live = useLiveState();
  return (
    <>
      {archive === undefined || archive.behind === 0 ? null : (
        <span className="mark tone-write" title="stored events that the filter and the lists do not see yet">
          <TriangleAlert size={12} aria-hidden />
          {formatCount(archive.behind)} events behind
        </span>
      )}
      <output className="matching" aria-label={`Matching ${noun}s`} data-testid="matching">
        {matching === null ? '…' : formatNumberOf(matching, noun)}
      </output>
      <span
        className={live === 'lost' ? 'mark tone-error live-mark' : 'mark tone-plain live-mark'}
        title={
          live === 'live'
            ? `live: ${archive?.path ?? ''}, last event ${archive?.last ? formatDateTime(archive.last) : '–'} UTC`
            : live === 'lost'
              ? 'Auditorium does not answer; what is shown may be old. Trying again.'
              : 'connecting to the live stream'
        }
      >
        <Radio size={12} aria-hidden />
        {live === 'lost' ? 'connection lost' : live === 'live' ? 'live' : 'connecting'}
      </span>
    </>
  );
}
