/** Where in a session a typed text points: to a statement by its number, or to a time. */
import type { SessionRow } from '../../shared/api/session.ts';
import { parseTime } from '../../shared/filter/value.ts';
import { formatDateTime } from '../ui/format.ts';

/** What of a session places are read against. */
export type Timed = Pick<SessionRow, 'started' | 'ended' | 'statements'>;

export type Target =
  /** `number` counts from 1, each part of a Query by itself, as the position does. */
  | { readonly kind: 'statement'; readonly text: string; readonly number: number }
  /** `time` in µs since 1970. */
  | { readonly kind: 'time'; readonly text: string; readonly time: number };

const DAY = 86_400e6;

/** Every place that the text may mean: 57, #57, 09:14:21.482, 2026-11-21 09:14, +1:30 (after the start). */
export function targetsOf(typed: string, { started, statements }: Timed): Target[] {
  const text = typed.trim();
  const statement = /^#?(\d{1,9})$/.exec(text);
  if (statement !== null) {
    const number = Number(statement[1]);
    return number >= 1 && number <= statements ? [{ kind: 'statement', text: `${number}`, number }] : [];
  }
  const time = afterStart(text, started) ?? clockTime(text, started) ?? parseTime(text)?.from ?? null;
  return time === null ? [] : [{ kind: 'time', text: `${formatDateTime(time)}${fraction(time)}`, time }];
}

/** `+90`, `+1:30`, `+1:00:00.5` */
function afterStart(text: string, started: number): number | null {
  const match = /^\+(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,6})?)$/.exec(text);
  if (match === null) return null;
  const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  return started + Math.round(((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1e6);
}

/** `09:14`, `09:14:21.482`: of the day the session began, or of the next when that is before its start. */
function clockTime(text: string, started: number): number | null {
  if (!/^\d{1,2}:\d\d/.test(text)) return null;
  const day = formatDateTime(started).slice(0, 10);
  const span = parseTime(`${day}T${text.padStart(text.indexOf(':') === 1 ? text.length + 1 : 0, '0')}`);
  if (span === null) return null;
  return span.to <= started ? span.from + DAY : span.from;
}

function fraction(time: number): string {
  const micros = time % 1e6;
  return micros === 0 ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;
}
