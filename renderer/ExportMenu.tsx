/** “Export…”: takes what the filter lets pass, or one session, out of the archive as a file. */
import { Download } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useRef, useState } from 'react';
import { ApiError } from '../shared/api/error.ts';
import type { ExportFormat } from '../shared/api/export.ts';
import { api } from './api.ts';
import { saveFile } from './save-file.ts';
import { Button } from './ui/Button.tsx';

interface Offer {
  readonly format: ExportFormat;
  readonly name: string;
  readonly about: string;
  readonly extension: string;
  /** Whether it is of one session only. */
  readonly single?: boolean;
}

/** The formats, those for people first. */
const OFFERS: readonly Offer[] = [
  {
    format: 'bundle',
    name: 'Evidence bundle',
    about: 'Whole sessions with proofs, report, tables and verifier: anybody can check it',
    extension: 'zip',
  },
  { format: 'pdf', name: 'PDF report', about: 'For reading and printing, without rows', extension: 'pdf' },
  { format: 'html', name: 'HTML page', about: 'With the replay, needs no network', extension: 'html' },
  { format: 'csv', name: 'CSV', about: 'A table of statements for spreadsheets', extension: 'csv' },
  {
    format: 'jsonl',
    name: 'JSON lines',
    about: 'Sessions, statements and rows, for programs',
    extension: 'jsonl',
  },
  {
    format: 'asciicast',
    name: 'asciicast',
    about: 'The terminal as a recording with markers',
    extension: 'cast',
    single: true,
  },
  { format: 'ocsf', name: 'OCSF', about: 'Datastore Activity, for a SIEM', extension: 'ocsf.jsonl' },
  { format: 'ecs', name: 'ECS', about: 'Elastic Common Schema, for a SIEM', extension: 'ecs.jsonl' },
  { format: 'cef', name: 'CEF', about: 'One line an event, for a SIEM', extension: 'cef' },
];

interface ExportMenuProps {
  /** Which statements; '' is all. */
  readonly filter: string;
  /** This session alone. */
  readonly session?: string;
}

export function ExportMenu({ filter, session }: ExportMenuProps) {
  const [busy, setBusy] = useState<ExportFormat | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  const what =
    session === undefined ? (filter === '' ? 'everything' : 'what the filter lets pass') : 'this session';

  const take = async (offer: Offer): Promise<void> => {
    const control = new AbortController();
    stop.current = control;
    setBusy(offer.format);
    setProblem(null);
    try {
      const request = { format: offer.format, filter, ...(session === undefined ? {} : { session }) };
      const bytes = await api.takeOut(request, { signal: control.signal });
      saveFile(bytes, `auditorium-${session?.slice(0, 16) ?? 'export'}.${offer.extension}`);
    } catch (error) {
      if (!control.signal.aborted)
        setProblem(
          error instanceof ApiError ? error.message : 'the export broke off; the archive may not hold it all',
        );
    } finally {
      setBusy(null);
    }
  };

  return (
    <Popover.Root>
      <Popover.Trigger className="button button-plain" data-testid="export" title={`Export ${what}`}>
        <Download size={14} aria-hidden /> Export…
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="export-menu" align="end" sideOffset={6} collisionPadding={8}>
          <p className="cell-quiet">Export {what} as</p>
          <ul>
            {OFFERS.filter(({ single }) => single !== true || session !== undefined).map((offer) => (
              <li key={offer.format}>
                <button
                  type="button"
                  className="export-offer"
                  disabled={busy !== null}
                  onClick={() => void take(offer)}
                >
                  <b>{offer.name}</b>
                  <span className="cell-quiet">{busy === offer.format ? 'exporting …' : offer.about}</span>
                </button>
              </li>
            ))}
          </ul>
          {busy === null ? null : <Button onClick={() => stop.current?.abort()}>Stop</Button>}
          {problem === null ? null : (
            <p className="tone-error" role="alert">
              ✕ {problem}
            </p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
