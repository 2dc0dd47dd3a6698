/** What is marked on the time line: notes, evidence, and statements that touch the table that is followed. */
import { useMemo } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { stepAt, type StepList } from '../../shared/replay/step-list.ts';
import { useAnnotations, useFindings } from '../casework.ts';
import { markersOf, type TimeMarker } from '../casework/threads.ts';
import { flagsOf, type Flag } from './flags.ts';
import type { Touches } from './use-touches.ts';

interface LineMarks {
  readonly markers: readonly TimeMarker[];
  /** The same, and frames that findings rest on. */
  readonly flags: readonly Flag[];
  /** Times of statements, µs. */
  readonly touched: readonly number[];
}

export function useLineMarks({ id }: SessionRow, list: StepList, { sequences }: Touches): LineMarks {
  const notes = useAnnotations(id).data;
  const findings = useFindings().data;
  const markers = useMemo(() => markersOf(notes ?? []), [notes]);
  const flags = useMemo(() => flagsOf(id, markers, findings ?? [], list), [id, markers, findings, list]);
  const touched = useMemo(
    () => (sequences ?? []).map((sequence) => list.time(Math.max(0, stepAt(list, sequence)))),
    [sequences, list],
  );
  return { markers, flags, touched };
}
