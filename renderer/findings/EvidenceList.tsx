/** The frames of a finding in the order of its story; a frame is moved by dragging its handle, by Alt with an arrow, or by its buttons. */
import { useEffect, useRef, useState } from 'react';
import type { EntryId } from '../../shared/findings/annotation.ts';
import type { Finding } from '../../shared/findings/finding.ts';
import { goTo, HOME } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { FINDING } from '../words/finding.ts';
import { movedTo } from './arranged.ts';
import { EvidenceCard } from './EvidenceCard.tsx';
import { useEvidenceChange } from './write-finding.ts';

/** What a dragged frame is to the browser. */
const DRAGGED = 'application/x-auditorium-frame';

interface EvidenceListProps {
  readonly finding: Finding;
  readonly onOrder: (order: EntryId[]) => void;
}

export function EvidenceList({ finding: { id, evidence }, onOrder }: EvidenceListProps) {
  const { mutate, error } = useEvidenceChange(id);
  const [said, setSaid] = useState('');
  const [moved, setMoved] = useState<EntryId | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const order = evidence.map((piece) => piece.id);

  const move = (from: number, to: number): void => {
    const target = Math.max(0, Math.min(order.length - 1, to));
    if (target === from || from < 0) return;
    onOrder(movedTo(order, from, target));
    setMoved(order[from] ?? null);
    setSaid(FINDING.moved(from + 1, target + 1));
  };

  // A frame that was moved stays under the eye, and the focus on it.
  const position = moved === null ? -1 : order.indexOf(moved);
  useEffect(() => {
    if (position < 0) return;
    const card = list.current?.children[position];
    if (!(card instanceof HTMLElement)) return;
    card.scrollIntoView({ block: 'nearest' });
    if (!card.contains(document.activeElement)) card.focus({ preventScroll: true });
  }, [position]);

  return (
    <section aria-labelledby="finding-evidence">
      <h2 id="finding-evidence">{FINDING.evidence}</h2>
      {error === null ? null : (
        <p className="case-problem tone-error" role="alert">
          ✕ {FINDING.notWritten}: {error.message}
        </p>
      )}
      {evidence.length === 0 ? (
        <p className="finding-none">
          <span className="cell-quiet">{FINDING.noEvidence}</span>{' '}
          <Button onClick={() => goTo(HOME)}>{FINDING.findSessions}</Button>
        </p>
      ) : null}
      <ol className="evidence" ref={list}>
        {evidence.map((piece, index) => (
          <EvidenceCard
            key={piece.id}
            evidence={piece}
            position={index + 1}
            of={evidence.length}
            onMove={(by) => move(index, index + by)}
            onCaption={(caption) => mutate({ evidence: piece.id, change: { caption } })}
            onRemove={() => {
              mutate({ evidence: piece.id, change: { removed: true } });
              setSaid(FINDING.removed(index + 1));
            }}
            onDrag={(data) => {
              data.setData(DRAGGED, piece.id);
              data.effectAllowed = 'move';
            }}
            takes={(data) => data.types.includes(DRAGGED)}
            onDropped={(data) => move(order.indexOf(data.getData(DRAGGED)), index)}
          />
        ))}
      </ol>
      <span className="hidden-text" role="status">
        {said}
      </span>
    </section>
  );
}
