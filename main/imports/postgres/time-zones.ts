/**
 * What PostgreSQL's logs write behind a time: the abbreviation of the time zone in `log_timezone`, or its offset. Abbreviations mean
 * what PostgreSQL itself takes them for (its file timezonesets/Default; PostgreSQL manual, §B.4).
 */

const MINUTES: Readonly<Record<string, number>> = {
  UTC: 0, GMT: 0, Z: 0, UCT: 0, ZULU: 0, WET: 0, WEST: 60, BST: 60, IST: 120, IDT: 180,
  CET: 60, CEST: 120, MET: 60, MEST: 120, EET: 120, EEST: 180, MSK: 180, MSD: 240, SAST: 120, EAT: 180,
  EST: -300, EDT: -240, CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420,
  AKST: -540, AKDT: -480, HST: -600, AST: -240, ADT: -180, NST: -210, NDT: -150,
  BRT: -180, BRST: -120, ART: -180, CLT: -240, CLST: -180, COT: -300, PET: -300, VET: -240, UYT: -180,
  JST: 540, KST: 540, HKT: 480, SGT: 480, PHT: 480, MYT: 480, PKT: 300, ICT: 420, WIB: 420,
  AWST: 480, ACST: 570, ACDT: 630, AEST: 600, AEDT: 660, NZST: 720, NZDT: 780, GST: 240, UZT: 300, ALMT: 360,
}; // prettier-ignore

/** Hours that an instant's offset in a named zone is remembered for: offsets change on the hour. */
const HOUR_MS = 3_600_000;

/** Minutes east of UTC at a local time, given as if it were UTC in ms since 1970; null for a zone that is not known. */
export type ZoneOffset = (zone: string, localMs: number) => number | null;

/** Abbreviations and offsets as PostgreSQL reads them. */
export function abbreviatedOffset(zone: string): number | null {
  const known = MINUTES[zone.toUpperCase()];
  if (known !== undefined) return known;
  const [, sign, hours, minutes = '0'] = /^<?([+-])(\d{1,2})(?::?(\d{2}))?>?$/.exec(zone) ?? [];
  if (sign === undefined || hours === undefined || Number(hours) > 15) return null;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Whatever stands behind a time, it is in this zone: `Asia/Kolkata`, or an offset. Null when there is no such zone. */
export function fixedZone(name: string): ZoneOffset | null {
  const offset = abbreviatedOffset(name);
  if (offset !== null) return () => offset;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  } catch {
    return null;
  }
  const known = new Map<number, number>();
  return (_, localMs) => {
    const hour = Math.floor(localMs / HOUR_MS);
    const found = known.get(hour);
    if (found !== undefined) return found;
    // The offset is that of an instant; the local time is one off by at most that offset, so a second look settles it.
    const first = offsetAt(format, hour * HOUR_MS);
    const settled = offsetAt(format, hour * HOUR_MS - first * 60_000);
    known.set(hour, settled);
    return settled;
  };
}

function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return abbreviatedOffset(name.replace(/^GMT(?=.)/, '')) ?? 0;
}
