/** The wire messages of a payload by name, runs of the same one taken together. */
import { readMessages } from '../../shared/replay/wire.ts';

/** Backend messages that payloads hold (PostgreSQL manual, §54.7); COPY's are the same from both ends. */
const NAMES: Readonly<Record<string, string>> = {
  T: 'RowDescription',
  D: 'DataRow',
  E: 'ErrorResponse',
  N: 'NoticeResponse',
  A: 'NotificationResponse',
  S: 'ParameterStatus',
  t: 'ParameterDescription',
  n: 'NoData',
  H: 'CopyOutResponse',
  G: 'CopyInResponse',
  W: 'CopyBothResponse',
  d: 'CopyData',
  c: 'CopyDone',
  f: 'CopyFail',
  F: 'FunctionCall',
  V: 'FunctionCallResponse',
  C: 'CommandComplete',
};

/** Messages of one type in a row. */
export interface MessageRun {
  readonly type: string;
  readonly name: string;
  readonly count: number;
  /** Offset of the first. */
  readonly at: number;
  /** Of all of them, with their heads. */
  readonly bytes: number;
}

/** Type letter and Int32 length. */
const HEAD = 5;

/** The messages of `bytes`; `rest` counts bytes after the last whole one. Bytes that are no messages make no runs. */
export function messageRuns(bytes: Uint8Array): {
  readonly runs: readonly MessageRun[];
  readonly rest: number;
} {
  const { messages, rest } = readMessages(bytes);
  if (messages.some(({ type }) => NAMES[type] === undefined)) return { runs: [], rest: bytes.length };
  const runs: { type: string; name: string; count: number; at: number; bytes: number }[] = [];
  let at = 0;
  for (const { type, body } of messages) {
    const size = HEAD + body.length;
    const last = runs.at(-1);
    if (last?.type === type) {
      last.count++;
      last.bytes += size;
    } else runs.push({ type, name: NAMES[type] ?? type, count: 1, at, bytes: size });
    at += size;
  }
  return { runs, rest: rest.length };
}
