/** Events that are told by themselves: what the gateway and people did beside statements. */
import type { SessionRow } from '../../shared/api/session.ts';
import { describeEvent } from '../../shared/recording/describe.ts';
import type { Event, EventKind } from '../../shared/recording/event.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { decodeText } from '../../shared/replay/text.ts';
import type { Act } from '../archive/lines/record.ts';

/** Which events are acts, and how grave each is. */
const ACTS: { readonly [K in EventKind]?: Act['gravity'] } = {
  logOpened: 0,
  logClosed: 0,
  recovered: 3,
  refusalsCounted: 1,
  recordingFailed: 4,
  policyLoaded: 1,
  signingKey: 2,
  redacted: 2,
  volumeExpired: 1,
  keysDestroyed: 2,
  legalHold: 2,
  ciMismatch: 2,
  identityChecked: 1,
  observed: 1,
  hold: 2,
  vote: 1,
  holdEnded: 1,
  cancel: 0,
  transactionEnded: 0,
};

/** Whether an event is told as an act. */
export function isAct(kind: EventKind): boolean {
  return kind in ACTS;
}

/** Any event as an act; `text` says whether texts of SQL are told. */
export function actOf(stored: StoredEvent, text: boolean): Act {
  const { event, payloads } = stored;
  const log = Buffer.from(event.log).toString('hex');
  const words = payloads['text'];
  const told = text && words ? decodeText(words) : null;
  return {
    id: `${log}/${event.index}`,
    kind: event.kind,
    time: event.time,
    log,
    index: event.index,
    sentence: oneLine(
      describeEvent(event, { text: told ?? (words === undefined ? null : '(not sent)'), message: null }),
    ),
    gravity: ACTS[event.kind] ?? 0,
    fields: { ...fieldsOf(event), ...(told !== null && { text: told }) },
  };
}

/** How a session ended, and what it did in all; `row` is null where nothing is known of it any more. */
export function endOf(
  { time, index, log }: Pick<Event, 'time' | 'index' | 'log'>,
  id: string,
  end: { readonly outcome: string; readonly reason: string },
  row: SessionRow,
): Act {
  const { statements, rows, errors, denied, held, masked } = row;
  const why = end.reason === '' ? '' : `: ${end.reason}`;
  return {
    id: `${id}/end`,
    kind: 'sessionClosed',
    time,
    log: Buffer.from(log).toString('hex'),
    index,
    sentence: oneLine(
      end.outcome === 'unknown'
        ? 'The gateway died before the end of the session was recorded'
        : `Session ${end.outcome}${why}`,
    ),
    gravity: end.outcome === 'failed' || end.outcome === 'unknown' ? 1 : 0,
    fields: { ...end, statements, rows, errors, denied, held, masked },
  };
}

/** Values are never in the fields of an event: of payloads there is how long they are. */
function fieldsOf(event: Event): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event.fields).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (typeof value === 'object' && value !== null && 'commitment' in value && 'length' in value)
    return { bytes: value.length };
  return value;
}

function oneLine(sentence: string): string {
  return sentence.replace(/\s+/g, ' ');
}
