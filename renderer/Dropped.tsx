/**
 * Files dropped onto the window. The desktop app opens them: it sees where Chromium would go. Anywhere else the host is asked, and
 * what it answers is shown with what can be done.
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { visibleLine } from '../shared/replay/visible.ts';
import { api } from './api.ts';
import { goTo, placeAt } from './router.ts';
import { Button } from './ui/Button.tsx';
import { Modal } from './ui/Modal.tsx';
import { DROPPED } from './words/dropped.ts';

/** Longest list of names shown. */
const LENGTH = 300;

interface Refused {
  readonly names: readonly string[];
  readonly why: string;
}

export function Dropped() {
  const host = useQuery({ queryKey: ['host'], queryFn: ({ signal }) => api.host({}, { signal }) });
  const [refused, setRefused] = useState<Refused | null>(null);
  const kind = host.data?.kind;

  useEffect(() => {
    if (kind === undefined || kind === 'electron') return;
    return onFiles((names) => {
      void api.chooseArchive().catch((error: unknown) => {
        setRefused({ names, why: error instanceof Error ? error.message : String(error) });
      });
    });
  }, [kind]);

  if (refused === null) return null;
  return (
    <Modal title={DROPPED.title(refused.names.length)} open onClose={() => setRefused(null)}>
      <p>
        <code>{visibleLine(refused.names.join(', '), LENGTH)}</code>
      </p>
      <p>
        {DROPPED.hidden} {refused.why}
      </p>
      {kind === 'browser' ? (
        <div className="form-end">
          <Button
            onClick={() => {
              setRefused(null);
              goTo(placeAt('/start'));
            }}
          >
            {DROPPED.begin}
          </Button>
        </div>
      ) : null}
    </Modal>
  );
}

/** Calls back with the names of files that are dropped anywhere but on a field for files. */
function onFiles(dropped: (names: readonly string[]) => void): () => void {
  const takes = (event: DragEvent): boolean =>
    event.dataTransfer?.types.includes('Files') === true &&
    !(event.target instanceof Element && event.target.closest('input[type="file"]') !== null);
  const over = (event: DragEvent): void => {
    if (takes(event)) event.preventDefault();
  };
  const drop = (event: DragEvent): void => {
    if (!takes(event)) return;
    // A browser would leave the window and show the file.
    event.preventDefault();
    dropped(Array.from(event.dataTransfer?.files ?? [], ({ name }) => name));
  };
  window.addEventListener('dragover', over);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('drop', drop);
  };
}
