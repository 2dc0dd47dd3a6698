/** “Export…”: takes what the filter lets pass, one session, some that were picked, or those of a finding, out of the archive as a file. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { ExportFormat } from '../shared/api/export.ts';
import type { ArchiveInfo, SessionRow } from '../shared/api/session.ts';
import type { Finding } from '../shared/findings/finding.ts';
import { useCommands } from './commands.ts';
import { ExportProgress } from './exports/ExportProgress.tsx';
import { OFFERS } from './exports/offers.ts';
import { forgetTaken, takeOut, useTaking, type Taking } from './exports/taking.ts';
import { useDenied } from './me.ts';
import { DeniedButton } from './ui/Denied.tsx';
import { formatNumberOf } from './ui/format.ts';
import { EXPORT_OFFERS, EXPORTS as WORDS, FINDING_OFFERS } from './words/exports.ts';

interface ExportMenuProps {
  /** Which statements; '' is all. */
  readonly filter: string;
  /** This session alone. */
  readonly session?: string | undefined;
  /** These sessions, whole. */
  readonly sessions?: readonly string[] | undefined;
  /** This finding, with the sessions that it rests on. */
  readonly finding?: Finding | undefined;
}

export function ExportMenu({ filter, session, sessions, finding }: ExportMenuProps) {
  const [open, setOpen] = useState(false);
  const taking = useTaking();
  const client = useQueryClient();
  const what = whatOf({ filter, session, sessions, finding });
  const running = taking?.state === 'running';
  const denied = useDenied('archive:export');
  useCommands([
    {
      id: 'export',
      name: WORDS.command(what),
      group: 'evidence',
      when: denied === null,
      run: () => setOpen(true),
    },
  ]);

  const take = (format: ExportFormat, extension: string): void => {
    const most = mostOf(client, finding?.evidence.map(({ anchor }) => anchor.session) ?? sessions, session);
    const request = {
      format,
      filter,
      ...(session === undefined ? {} : { session }),
      ...(sessions === undefined ? {} : { sessions: [...sessions] }),
      ...(finding === undefined ? {} : { finding: finding.id }),
    };
    const called = finding === undefined ? (session?.slice(0, 16) ?? 'export') : `finding-${finding.number}`;
    const name = `auditorium-${called}.${extension}`;
    void takeOut({ request, name, most });
  };

  const isEmpty = finding?.evidence.length === 0;
  const offers = OFFERS.filter(
    (offer) =>
      (!offer.single || session !== undefined) && (finding === undefined || isOfFinding(offer.format)),
  );

  if (denied !== null) {
    return (
      <DeniedButton why={denied}>
        <Download size={14} aria-hidden /> {WORDS.open}
      </DeniedButton>
    );
  }
  return (
    <Popover.Root
      open={open}
      onOpenChange={(now) => {
        setOpen(now);
        if (!now) forgetTaken();
      }}
    >
      <Popover.Trigger className="button button-plain" data-testid="export" title={WORDS.title(what)}>
        <Download size={14} aria-hidden />{' '}
        {running ? WORDS.running(partOf(taking)) : <span className="button-label">{WORDS.open}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="export-menu" align="end" sideOffset={6} collisionPadding={8}>
          <p className="cell-quiet">{isEmpty ? WORDS.noFrames : WORDS.as(what)}</p>
          <ul>
            {offers.map(({ format, extension }) => (
              <li key={format}>
                <button
                  type="button"
                  className="export-offer"
                  disabled={running || isEmpty}
                  title={running ? WORDS.another : undefined}
                  onClick={() => take(format, extension)}
                >
                  <b>{EXPORT_OFFERS[format].name}</b>
                  <span className="cell-quiet">{aboutOf(format, finding)}</span>
                </button>
              </li>
            ))}
          </ul>
          {taking === null ? null : <ExportProgress taking={taking} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function isOfFinding(format: ExportFormat): format is keyof typeof FINDING_OFFERS {
  return format in FINDING_OFFERS;
}

function aboutOf(format: ExportFormat, finding: Finding | undefined): string {
  return finding !== undefined && isOfFinding(format) ? FINDING_OFFERS[format] : EXPORT_OFFERS[format].about;
}

function whatOf({ filter, session, sessions, finding }: ExportMenuProps): string {
  if (finding !== undefined) return WORDS.finding;
  if (session !== undefined) return WORDS.session;
  if (sessions !== undefined) return WORDS.picked(formatNumberOf(sessions.length, 'session'));
  return filter === '' ? WORDS.everything : WORDS.filtered;
}

/** How many statements are taken at most, as far as the window knows its sessions: those of the archive, or of what is named. */
function mostOf(client: QueryClient, named: readonly string[] | undefined, session?: string): number {
  if (named === undefined && session === undefined)
    return client.getQueryData<ArchiveInfo>(['archive'])?.statements ?? 0;
  return [...new Set(named ?? [session])]
    .map((id) => client.getQueryData<SessionRow>(['session', id])?.statements ?? 0)
    .reduce((sum, statements) => sum + statements, 0);
}

/** `34 %`; an ellipsis where that is not known. */
function partOf({ done, total }: Taking): string {
  return done === null || total === null || total === 0 ? '…' : `${Math.floor((100 * done) / total)} %`;
}
