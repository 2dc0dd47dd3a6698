/** NotificationResponse and ParameterStatus on a session with masked columns (PostgreSQL manual §54.7). */
import { MASK } from '../../../shared/recording/mask.ts';
import { stringAt } from '../wire/backend.ts';
import { MESSAGE_HEAD_BYTES } from '../wire/framing.ts';
import type { Lane } from './lane.ts';
import type { Scrub } from './scrub.ts';

/** A message as it may be shown; `withheld` says what was left out of it. */
export interface Shown {
  readonly message: Buffer;
  readonly withheld: readonly string[];
}

/** Behind the head of a NotificationResponse: the process that notified. */
const PROCESS_BYTES = 4;

/**
 * The payload is whatever another session made it: masked where columns are, unless it is the agent's `own`, of a NOTIFY with nothing
 * running that could have made it of values. The channel stays if the agent's own text named it in a LISTEN.
 */
export function maskNotification(
  message: Buffer,
  { channels, own }: { readonly channels: ReadonlySet<string>; readonly own: boolean },
  lane: Lane,
  scrub: Scrub,
): Shown {
  const at = MESSAGE_HEAD_BYTES + PROCESS_BYTES;
  const channel = stringAt(message, at);
  const payload = stringAt(message, at + Buffer.byteLength(channel) + 1);
  const withheld: string[] = [];
  const hide = (what: string, text: string): string => {
    if (text === '') return text;
    withheld.push(what);
    return MASK;
  };
  const shownChannel =
    !lane.masksColumns || channels.has(channel) ? scrub(channel) : hide('channel', channel);
  const shownPayload = lane.masksColumns && !own ? hide('payload', payload) : scrub(payload);
  return { message: withStrings(message, at, shownChannel, shownPayload), withheld };
}

/**
 * Parameters whose values PostgreSQL takes from a fixed list, or makes itself; all others can be set to any text by whatever runs.
 */
const FIXED = new Set([
  'client_encoding',
  'DateStyle',
  'default_transaction_read_only',
  'in_hot_standby',
  'integer_datetimes',
  'IntervalStyle',
  'is_superuser',
  'scram_iterations',
  'server_encoding',
  'server_version',
  'standard_conforming_strings',
]);

/** Names of time zones, beside which PostgreSQL takes any text of the form that POSIX has for them. */
const ZONES: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', 'GMT', 'Etc/UTC']);

/** `closed`: nothing but pure functions of PostgreSQL ran since the last ReadyForQuery, so that only a SET can have set it. */
export function maskParameter(message: Buffer, closed: boolean, lane: Lane, scrub: Scrub): Shown {
  const name = stringAt(message, MESSAGE_HEAD_BYTES);
  const value = stringAt(message, MESSAGE_HEAD_BYTES + Buffer.byteLength(name) + 1);
  if (FIXED.has(name) || value === '' || (name === 'TimeZone' && ZONES.has(value)))
    return { message, withheld: [] };
  const shown = closed || !lane.masksColumns ? scrub(value) : MASK;
  const withheld = shown === MASK && value !== MASK ? ['value'] : [];
  return { message: withStrings(message, MESSAGE_HEAD_BYTES, name, shown), withheld };
}

/** Channels that a text names in a LISTEN, as the server folds names. Nothing but LISTEN in its plainest form is understood. */
export function channelsOf(text: string): string[] {
  return [...text.matchAll(/\blisten\s+(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))/giu)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.toLowerCase(),
  );
}

/** The message up to `at`, then these strings. */
function withStrings(message: Buffer, at: number, ...strings: readonly string[]): Buffer {
  const changed = Buffer.concat([
    message.subarray(0, at),
    ...strings.map((string) => Buffer.from(`${string}\0`)),
  ]);
  changed.writeInt32BE(changed.length - 1, 1);
  return changed;
}
