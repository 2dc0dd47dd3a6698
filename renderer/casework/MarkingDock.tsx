/**
 * Where notes and frames are written, in a corner of the window: what one writes about stays in view, and can be walked
 * through meanwhile. Below it stands what was just done, and the range that was begun.
 */
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect } from 'react';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { useWriting } from '../casework.ts';
import { useDenied } from '../me.ts';
import { usePlace } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { EVIDENCE } from '../words/evidence.ts';
import { NOTES } from '../words/notes.ts';
import { EvidencePicker } from './EvidencePicker.tsx';
import { arriveAt, beginRange, closeWriting, dismiss, useMarking, type Added } from './marking.ts';
import { NoteComposer } from './NoteComposer.tsx';

/** Longest title told. */
const TITLE_LENGTH = 80;

export function MarkingDock() {
  const { writing, draft, finding, added, problem, from } = useMarking();
  const place = usePlace();
  const denied = useDenied('case:write');
  const where = place.name === 'session' ? place.id : place.name;
  useEffect(() => arriveAt(where), [where]);
  return (
    <>
      <Dialog.Root
        open={writing !== null}
        modal={false}
        onOpenChange={(open) => {
          if (!open) closeWriting(false);
        }}
      >
        <Dialog.Portal>
          <Dialog.Content
            className="dock"
            aria-describedby={undefined}
            data-testid="dock"
            onInteractOutside={(event) => event.preventDefault()}
          >
            <div className="dock-head">
              <Dialog.Title>{writing?.kind === 'evidence' ? EVIDENCE.title : NOTES.write}</Dialog.Title>
              <Dialog.Close className="button button-plain button-icon" aria-label={NOTES.close}>
                <X size={14} aria-hidden />
              </Dialog.Close>
            </div>
            {denied === null ? null : <p>{denied}</p>}
            {denied === null && writing?.kind === 'note' ? (
              <NoteComposer scopes={writing.scopes} draft={draft} />
            ) : null}
            {denied === null && writing?.kind === 'evidence' ? (
              <EvidencePicker scopes={writing.scopes} last={finding?.id ?? null} />
            ) : null}
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <div className="dock-notice" role="status" data-testid="marking-notice">
        {writing !== null ? null : added !== null ? (
          <JustAdded added={added} />
        ) : problem !== null ? (
          <Told>
            <p className="tone-error">{EVIDENCE.failed(problem)}</p>
            <Button look="plain" onClick={dismiss}>
              {EVIDENCE.dismiss}
            </Button>
          </Told>
        ) : from?.session === where ? (
          <Told>
            <p>
              <b>{NOTES.rangeFrom(from.sequence)}</b> <span className="cell-quiet">{NOTES.rangeHow}</span>
            </p>
            <Button look="plain" onClick={() => beginRange(null)}>
              {NOTES.forgetRange}
            </Button>
          </Told>
        ) : null}
      </div>
    </>
  );
}

function JustAdded({ added: { finding, evidence, what } }: { readonly added: Added }) {
  const takingBack = useWriting(async () => {
    for (const each of evidence) await api.changeEvidence({ id: finding.id, evidence: each, removed: true });
  });
  return (
    <Told>
      <p>
        {takingBack.isSuccess
          ? EVIDENCE.takenBack(finding.number)
          : EVIDENCE.added(what, finding.number, visibleLine(finding.title, TITLE_LENGTH))}{' '}
        <span className="cell-quiet">{EVIDENCE.goOn}</span>
        {takingBack.error === null ? null : <span className="tone-error"> {takingBack.error.message}</span>}
      </p>
      {takingBack.isSuccess ? null : (
        <Button look="plain" disabled={takingBack.isPending} onClick={() => takingBack.mutate(undefined)}>
          {EVIDENCE.takeBack}
        </Button>
      )}
      <Button look="plain" onClick={dismiss}>
        {EVIDENCE.dismiss}
      </Button>
    </Told>
  );
}

function Told({ children }: { readonly children: React.ReactNode }) {
  return <div className="dock-told">{children}</div>;
}
