/** Which sessions are touched by what a verification found, for whoever looks at these. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { Finding, Verdict } from '../../../../shared/recording/verdict.ts';
import { rawEvents } from '../raw-events.ts';
import { VOLUME_SUFFIX } from '../schema.ts';
import { openVolumeFile, type VolumeFile } from './volume-file.ts';

/** A session, and its first event that a finding names or that is missing there. */
export interface Touched {
  /** 32 hex digits. */
  readonly session: string;
  /** Of an event within the session; null where none of it can be read. */
  readonly sequence: number | null;
  /** Of that event in its log. */
  readonly index: number;
  /** Hex. */
  readonly log: string;
  readonly verdict: Verdict;
}

/** Sessions that are told of; where more are touched, the archive as a whole is what is damaged. */
const MOST_TOUCHED = 5_000;

/** Findings that say something of the events they name, not of what is around them. */
const OF_EVENTS: ReadonlySet<Verdict> = new Set(['CORRUPT', 'FORKED', 'INCOMPLETE', 'UNSUPPORTED_VERSION']);

/** Indexes of a log, first and last. */
interface Range {
  readonly log: string;
  readonly from: number;
  readonly to: number;
  readonly verdict: Verdict;
}

interface SegmentRow {
  readonly sid: Buffer | null;
  readonly first_sequence: number;
  readonly first_index: number;
  readonly last_index: number;
  readonly events: Buffer;
  readonly payloads: Buffer;
}

/** Looks into the volume, or the folder of volumes, again. What cannot be read touches nothing that can be told. */
export function touchedBy(path: string, findings: readonly Finding[]): readonly Touched[] {
  const ranges = findings.flatMap(rangeOf);
  if (ranges.length === 0) return [];
  const touched = new Map<string, Touched>();
  for (const volume of volumesAt(path)) {
    try {
      const file = openVolumeFile(volume);
      try {
        look(file, ranges, touched);
      } finally {
        file.close();
      }
    } catch {
      // That it cannot be read is a finding of its own.
    }
    if (touched.size >= MOST_TOUCHED) break;
  }
  return [...touched.values()].slice(0, MOST_TOUCHED);
}

function rangeOf({ verdict, log, event, lastEvent = event }: Finding): Range[] {
  if (log === undefined || event === undefined || lastEvent === undefined || !OF_EVENTS.has(verdict))
    return [];
  return [{ log, from: event, to: lastEvent, verdict }];
}

function volumesAt(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(VOLUME_SUFFIX))
    .map((name) => join(path, name));
}

function look({ db, row }: VolumeFile, all: readonly Range[], touched: Map<string, Touched>): void {
  const log = row.log.toString('hex');
  const ranges = all.filter((range) => range.log === log && range.from < row.next && range.to >= row.first);
  if (ranges.length === 0) return;
  const [from, to] = [
    Math.min(...ranges.map((range) => range.from)),
    Math.max(...ranges.map((range) => range.to)),
  ];
  const rows = db.prepare<[number, number], SegmentRow>(
    `SELECT s.sid, x.first_sequence, x.first_index, x.last_index, x.events, x.payloads
     FROM segment x JOIN session s ON s.id = x.session_id WHERE x.first_index <= ? AND x.last_index >= ?`,
  );
  for (const segment of rows.iterate(to, from)) {
    const session = segment.sid?.toString('hex') ?? '';
    if (session.length !== 32) continue;
    for (const { index, sequence, verdict } of damaged(segment, ranges)) {
      const known = touched.get(session);
      if (known === undefined || (known.sequence ?? Infinity) > (sequence ?? Infinity))
        touched.set(session, { session, sequence, index, log, verdict });
    }
  }
}

interface Damaged {
  readonly index: number;
  readonly sequence: number | null;
  readonly verdict: Verdict;
}

/** Events of the segment that a finding names, and those that are missing between its own. */
function* damaged(segment: SegmentRow, ranges: readonly Range[]): Generator<Damaged> {
  let before: { readonly index: number; readonly sequence: number } | null = null;
  try {
    for (const { event } of rawEvents(
      zstdDecompressSync(segment.events),
      zstdDecompressSync(segment.payloads),
    )) {
      const { index, sequence } = event;
      const named = ranges.find(({ from, to }) => index >= from && index <= to);
      if (named !== undefined) yield { index, sequence, verdict: named.verdict };
      if (before !== null && sequence > before.sequence + 1) {
        const { index: behind } = before;
        const gap = ranges.find(({ from, to }) => from < index && to > behind);
        if (gap !== undefined)
          yield {
            index: Math.max(gap.from, behind + 1),
            sequence: before.sequence + 1,
            verdict: gap.verdict,
          };
      }
      before = { index, sequence };
    }
  } catch {
    const torn = ranges.find(({ from, to }) => from <= segment.last_index && to >= segment.first_index);
    if (torn === undefined) return;
    const sequence = before === null ? segment.first_sequence : before.sequence + 1;
    yield { index: Math.max(torn.from, segment.first_index), sequence, verdict: torn.verdict };
  }
}
