/** Takes a finding out, for people elsewhere: with its sessions and what proves them, or as a page. */
import { Download } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useRef, useState } from 'react';
import type { Finding } from '../../shared/findings/finding.ts';
import { api } from '../api.ts';
import { saveFile } from '../save-file.ts';
import { Button } from '../ui/Button.tsx';
import { FINDING_EXPORT } from '../words/finding.ts';

const OFFERS = [
  { format: 'bundle', extension: 'zip' },
  { format: 'html', extension: 'html' },
  { format: 'pdf', extension: 'pdf' },
] as const;
type Offer = (typeof OFFERS)[number];

export function FindingExport({ finding }: { readonly finding: Finding }) {
  const [busy, setBusy] = useState<Offer['format'] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);

  const take = async ({ format, extension }: Offer): Promise<void> => {
    const control = new AbortController();
    stop.current = control;
    setBusy(format);
    setProblem(null);
    try {
      const bytes = await api.takeOut({ format, finding: finding.id }, { signal: control.signal });
      saveFile(bytes, `auditorium-finding-${finding.number}.${extension}`);
    } catch (error) {
      if (!control.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(null);
    }
  };

  const empty = finding.evidence.length === 0;
  return (
    <Popover.Root>
      <Popover.Trigger className="button" data-testid="finding-export">
        <Download size={14} aria-hidden /> {FINDING_EXPORT.menu}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="export-menu" align="end" sideOffset={6} collisionPadding={8}>
          {empty ? <p className="cell-quiet">{FINDING_EXPORT.noFrames}</p> : null}
          <ul>
            {OFFERS.map((offer) => (
              <li key={offer.format}>
                <button
                  type="button"
                  className="export-offer"
                  disabled={busy !== null || empty}
                  onClick={() => void take(offer)}
                >
                  <b>{FINDING_EXPORT.offers[offer.format].name}</b>
                  <span className="cell-quiet">
                    {busy === offer.format
                      ? FINDING_EXPORT.working
                      : FINDING_EXPORT.offers[offer.format].about}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {busy === null ? null : (
            <Button onClick={() => stop.current?.abort()}>{FINDING_EXPORT.stop}</Button>
          )}
          {problem === null ? null : (
            <p className="tone-error" role="alert">
              ✕ {FINDING_EXPORT.failed}: {problem}
            </p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
