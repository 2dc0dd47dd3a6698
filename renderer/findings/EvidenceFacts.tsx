/** Who, when, where, and what proves a frame. */
import { BadgeCheck } from 'lucide-react';
import type { SessionRow } from '../../shared/api/session.ts';
import type { Anchor } from '../../shared/findings/anchor.ts';
import type { Evidence } from '../../shared/findings/finding.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { StandingMark } from '../ui/case-marks.tsx';
import { formatCount, formatDateTime, formatExact } from '../ui/format.ts';
import { GLYPH, Mark, ProvenanceMark } from '../ui/marks.tsx';
import { placeWords, STANDINGS } from '../words/casework.ts';
import { AgentName } from './AgentName.tsx';
import { FINDING } from '../words/finding.ts';

/** Characters of a name. */
const NAME_LENGTH = 80;

/** Digits of a session’s id that tell it from others. */
const ID_LENGTH = 16;

interface EvidenceFactsProps {
  readonly evidence: Evidence;
  readonly session: SessionRow | undefined;
}

export function EvidenceFacts({ evidence: { anchor, standing }, session }: EvidenceFactsProps) {
  return (
    <p className="evidence-facts">
      <time title={formatExact(anchor.time)}>{formatDateTime(anchor.time)}</time>
      {session === undefined ? null : <Who session={session} />}
      <span>{placeWords(anchor)}</span>
      <code title={anchor.session}>{anchor.session.slice(0, ID_LENGTH)}</code>
      {standing === 'holds' ? (
        <Mark tone="approved" icon={<BadgeCheck size={GLYPH} aria-hidden />} title={STANDINGS.holds.meaning}>
          {STANDINGS.holds.word}
        </Mark>
      ) : (
        <StandingMark standing={standing} />
      )}
    </p>
  );
}

function Who({ session }: { readonly session: SessionRow }) {
  const { ci, connection } = session;
  return (
    <>
      <AgentName session={session} />
      {ci === null ? null : (
        <span>
          {visibleLine(`${ci.provider}/${ci.run}/${ci.job}`, NAME_LENGTH)}{' '}
          <ProvenanceMark provenance={ci.provenance} />
        </span>
      )}
      <span>{visibleLine(connection, NAME_LENGTH)}</span>
    </>
  );
}

/** Where the event lies and what it hashes to: what a stranger needs to find it again. */
export function EvidenceProof({ evidence: { anchor, author, added } }: { readonly evidence: Evidence }) {
  return (
    <footer className="evidence-proof">
      <span title={FINDING.key(author.key)}>
        {FINDING.added(visibleLine(author.name, NAME_LENGTH), formatDateTime(added))}
        {anchor.sequence === null ? null : ` · ${FINDING.events(rangeOf(anchor))}`}
      </span>
      {anchor.events.map(({ log, index, hash }) => (
        <span key={`${log} ${index}`} className="evidence-event">
          {FINDING.logEvent(log.slice(0, ID_LENGTH), formatCount(index))}
          <code title={FINDING.hash}>{hash}</code>
        </span>
      ))}
    </footer>
  );
}

function rangeOf({ sequence, last }: Anchor): string {
  return last === null || last === sequence ? String(sequence) : `${String(sequence)}–${last}`;
}
