/** Whether a moment lies in a rule's window of time, on the clocks of its zone. */
import { DAYS, type Day, type TimeWindow } from '../../shared/policy/session-condition.ts';

/** Tests moments (ms since 1970); a window that ends before it begins ends on the day after. */
export function windowTest({ days, from, to, zone }: TimeWindow): (now: number) => boolean {
  const begins = new Set<Day>(days ?? DAYS);
  const clock = clockOf(zone);
  return (now) => {
    const { day, minute } = clock(now);
    if (from < to) return minute >= from && minute < to && begins.has(day);
    return (minute >= from && begins.has(day)) || (minute < to && begins.has(dayBefore(day)));
  };
}

interface LocalTime {
  readonly day: Day;
  /** Since midnight. */
  readonly minute: number;
}

function clockOf(zone: string): (now: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (now) => {
    const parts = format.formatToParts(now);
    const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? '';
    const day = DAYS.find((name) => name === part('weekday').toLowerCase()) ?? 'mon';
    return { day, minute: Number(part('hour')) * 60 + Number(part('minute')) };
  };
}

function dayBefore(day: Day): Day {
  return DAYS[(DAYS.indexOf(day) + DAYS.length - 1) % DAYS.length] ?? day;
}
