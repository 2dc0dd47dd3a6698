/** Who took something out of an event, in words: `text redacted by ada on 2026-11-21: a card number`. */
import type { StoredEvent } from '../recording/record.ts';

/** Of each payload that was taken out of an event or cannot be read, or of one `field` alone; nothing where nobody knows. */
export function redactionWords({ payloads, redactions }: StoredEvent, field?: string): string[] {
  return Object.entries(redactions ?? {})
    .filter(([name]) => field === undefined || name === field)
    .map(([name, { by, time, reason, sealed }]) => {
      if (sealed === 'unavailable') return `${name} not readable here: ${reason}`;
      if (sealed === 'destroyed')
        return `${name} not readable: its key was destroyed by ${by} on ${dayOf(time)}: ${reason}`;
      const part = payloads[name] === null ? '' : ' in part';
      return `${name} redacted${part} by ${by} on ${dayOf(time)}: ${reason}`;
    });
}

/** `time`: µs since 1970. */
function dayOf(time: number): string {
  const day = new Date(Math.floor(time / 1000));
  return Number.isNaN(day.getTime()) ? 'a day nobody knows' : day.toISOString().slice(0, 10);
}
