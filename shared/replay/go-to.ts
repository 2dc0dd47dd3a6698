/** What a person types to go somewhere in a session: a statement, a moment, or an event. */

/** Where to. Times are µs since 1970. */
export type GoTo =
  | { readonly to: 'statement'; readonly statement: number; readonly ordinal: number | null }
  | { readonly to: 'event'; readonly sequence: number }
  | { readonly to: 'moment'; readonly time: number };

/** What a place is told from. */
export interface Here {
  /** When the session began. */
  readonly started: number;
  /** Where the cursor stands. */
  readonly now: number;
}

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

const STATEMENT = /^(\d{1,9})(?:\.(\d{1,6}))?$/;
const EVENT = /^#(\d{1,15})$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/;
const DATED = /^(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)Z?$/;
const LENGTH =
  /^(?=\d)(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/**
 * `57` and `57.2` are statements, `#431` an event; `09:14:21` is the first such moment (UTC) of the session, which a date before it
 * pins down; `2m30s` counts from the session's beginning, `+12.5s` and `-3s` from the cursor. Null: none of these.
 */
export function readGoTo(text: string, { started, now }: Here): GoTo | null {
  const typed = text.trim();
  const statement = STATEMENT.exec(typed);
  if (statement !== null) {
    const [, number, part] = statement;
    return {
      to: 'statement',
      statement: Number(number),
      ordinal: part === undefined ? null : Math.max(0, Number(part) - 1),
    };
  }
  const event = EVENT.exec(typed);
  if (event !== null) return { to: 'event', sequence: Number(event[1]) };
  const time = momentOf(typed, started, now);
  return time === null ? null : { to: 'moment', time };
}

function momentOf(typed: string, started: number, now: number): number | null {
  const dated = DATED.exec(typed);
  if (dated !== null) {
    const day = Date.parse(`${dated[1]}T00:00:00Z`);
    const within = clockOf(dated[2] ?? '');
    return Number.isNaN(day) || within === null ? null : day * 1000 + within;
  }
  const within = clockOf(typed);
  if (within !== null) {
    const time = started - (started % DAY) + within;
    // A second typed whole means all of it, the one that the session began in too.
    return time + SECOND <= started ? time + DAY : time;
  }
  const sign = typed.charAt(0);
  const length = lengthOf(/[+-]/.test(sign) ? typed.slice(1) : typed);
  if (length === null) return null;
  return sign === '+' ? now + length : sign === '-' ? now - length : started + length;
}

/** µs since midnight. */
function clockOf(text: string): number | null {
  const read = CLOCK.exec(text);
  if (read === null) return null;
  const [, hours, minutes, seconds = '0', part = ''] = read;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * SECOND + Number(part.padEnd(6, '0'));
}

function lengthOf(text: string): number | null {
  const read = LENGTH.exec(text);
  if (read === null) return null;
  const [, hours = '0', minutes = '0', seconds = '0', millis = '0'] = read;
  const all = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(millis) / 1000;
  return Math.round(all * SECOND);
}
