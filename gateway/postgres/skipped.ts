/** Statements that the server discards until Sync because an earlier one failed. */
import type { SessionRecorder } from '../recorder/recorder.ts';

/** Records the outcome of a statement that the server discarded. */
export function recordSkipped(recorder: SessionRecorder, statement: number): void {
  recorder.record('outcome', {
    statement,
    ordinal: 0,
    status: 'skipped',
    tag: '',
    rows: 0,
    bytes: 0,
    sqlstate: null,
    transaction: null,
    duration: 0,
    describedAt: null,
    answer: null,
  });
}
