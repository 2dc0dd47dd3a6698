/** What a request for an export selects. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { ApiError } from '../../shared/api/error.ts';
import type { ExportRequest } from '../../shared/api/export.ts';
import type { Casework } from '../casework/casework.ts';
import type { ExportOptions } from '../exports/export.ts';
import { type BesideFile, findingFiles } from '../exports/finding/finding-files.ts';
import { toldFinding } from '../exports/finding/told-finding.ts';
import type { Selection } from '../exports/selection.ts';
import { filterOf } from './filter.ts';

/** A selection, and what else a bundle of it holds. */
export interface Selected {
  readonly selection: Selection;
  readonly beside: (options: Pick<ExportOptions, 'software' | 'now'>) => readonly BesideFile[];
}

/** Rejects with NOT_FOUND where the finding is not in the case, or none of its sessions in the archive. */
export async function selectedBy(
  request: ExportRequest,
  reader: Pick<ArchiveReader, 'session'>,
  casework: Casework | null,
): Promise<Selected> {
  const { filter, session, sessions = [], finding } = request;
  const named = [...(session === undefined ? [] : [session]), ...sessions];
  if (finding !== undefined && casework === null)
    throw new ApiError('NOT_AVAILABLE_HERE', 'this host has no case open');
  const told =
    finding === undefined || casework === null ? null : await toldFinding(finding, reader, casework);
  const all = [...new Set([...named, ...(told?.sessions ?? [])])];
  if (told !== null && all.length === 0)
    throw new ApiError('NOT_FOUND', 'the archive holds none of the sessions that this finding rests on');
  if (request.format === 'asciicast' && all.length > 1)
    throw new ApiError('BAD_REQUEST', 'a recording is of one session: name one');
  return {
    selection: { filter: filterOf(filter), filterText: filter === '' ? null : filter, sessions: all },
    beside: ({ software, now }) =>
      told === null
        ? []
        : findingFiles(
            { finding: told.finding, sessions: new Set(all), software, made: now() * 1000 },
            told.entries,
          ),
  };
}
