/**
 * asciicast v3 (docs.asciinema.org/manual/asciicast/v3): a session as a terminal recording in recorded time, with a marker at each
 * statement, error and decision. Of an imported terminal recording it has the bytes that the terminal got.
 */
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import type { SessionRow, Step } from '../../../shared/api/session.ts';
import { type Frame, framesOf, markOf } from '../frames.ts';
import { jsonLine } from '../../../gateway/archive/lines/json-line.ts';

/** A terminal in which results of some columns fit. */
const COLUMNS = 120;
const ROWS = 36;

/** Begins a marker's label, but for statements. */
const MARKS = { statement: '', error: 'ERROR ', decision: 'POLICY ' } as const;

type CastEvent = readonly [code: 'o' | 'i' | 'm' | 'r', data: string];

/** The recording's lines. `leavesOut` stands in comments at its head. */
export async function* asciicastLines(
  archive: Pick<ArchiveReader, 'segments' | 'segment'>,
  session: SessionRow,
  leavesOut: readonly string[],
): AsyncGenerator<string, void, undefined> {
  let last = session.started;
  const decoders = { o: new TextDecoder(), i: new TextDecoder() };
  let head: string | null = headOf(session, COLUMNS, ROWS, leavesOut);
  for await (const frame of framesOf(archive, session, COLUMNS)) {
    const { event } = frame.stored;
    if (head !== null && event.kind === 'terminalResized')
      head = headOf(session, event.fields.columns, event.fields.rows, leavesOut);
    const events = eventsIn(frame, decoders);
    if (events.length === 0) continue;
    if (head !== null) yield head;
    head = null;
    for (const [code, data] of events) {
      // Wall clocks may go back; a recording's time does not.
      const interval = Math.max(0, frame.time - last) / 1e6;
      last = Math.max(last, frame.time);
      yield jsonLine([interval, code, data]);
    }
  }
  if (head !== null) yield head;
}

function headOf(
  { id, started, identity, connection }: SessionRow,
  cols: number,
  rows: number,
  leavesOut: readonly string[],
): string {
  const header = {
    version: 3,
    term: { cols, rows, type: 'xterm-256color' },
    timestamp: Math.floor(started / 1e6),
    title: `${identity?.subject ?? 'session'} on ${connection}, session ${id}`,
  };
  // Only lines that are no JSON array may be comments: line ends within would make them lines of their own.
  const comments = leavesOut.map((sentence) => `# ${sentence.replace(/\s+/g, ' ')}\n`);
  return jsonLine(header) + comments.join('');
}

/** A character may be divided between two events. */
type Decoders = Readonly<Record<'o' | 'i', InstanceType<typeof TextDecoder>>>;

function eventsIn({ stored: { event, payloads }, step, text }: Frame, decoders: Decoders): CastEvent[] {
  const told = (code: 'o' | 'i', bytes: Uint8Array | null | undefined): CastEvent[] => [
    [code, bytes ? decoders[code].decode(bytes, { stream: true }) : '(redacted)'],
  ];
  switch (event.kind) {
    case 'terminalOutput':
      return told('o', payloads['data']);
    case 'terminalInput':
      return told('i', payloads['data']);
    case 'terminalResized':
      return [['r', `${event.fields.columns}x${event.fields.rows}`]];
    case 'terminalMarked':
      return [['m', event.fields.label]];
    default:
      return [...(step === null ? [] : marker(step)), ...(text === '' ? [] : [['o', text] as const])];
  }
}

function marker(step: Step): CastEvent[] {
  const mark = markOf(step);
  return mark === null ? [] : [['m', MARKS[mark] + step.label]];
}
