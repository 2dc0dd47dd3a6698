/** What is recorded of policy's word on one statement: the decision, who held and decided, what was masked. */
import type { Point } from '../../shared/replay/timeline.ts';
import type { Event, EventFields } from '../../shared/recording/event.ts';
import { isMasking } from '../../shared/replay/step-source.ts';
import type { LoadEvent } from '../player/result.ts';

/** One column of a result that is masked. */
export interface ColumnMask {
  /** In the result, from 0. */
  readonly position: number;
  /** schema.table.column, or `unknown`. */
  readonly column: string;
  readonly rule: string;
  readonly style: string;
  /** database, gateway or detector. */
  readonly level: string;
}

/** A vote with when it was cast, µs. */
export interface CastVote {
  readonly time: number;
  readonly fields: EventFields<'vote'>;
}

export interface DecisionDetail {
  /** null: nothing but the policy's default applied. */
  readonly decision: EventFields<'decision'> | null;
  readonly hold: EventFields<'hold'> | null;
  /** When it was held and when that ended, µs. */
  readonly heldAt: number | null;
  readonly endedAt: number | null;
  readonly votes: readonly CastVote[];
  readonly ended: EventFields<'holdEnded'> | null;
  readonly columns: readonly ColumnMask[];
  /** Numbers, from 1, of parameters that the record may not hold. */
  readonly parameters: ReadonlySet<number>;
  readonly values: readonly EventFields<'valuesMasked'>[];
  readonly detected: readonly EventFields<'detected'>[];
  readonly withheld: readonly EventFields<'withheld'>[];
}

const KINDS: ReadonlySet<string> = new Set(['decision', 'hold', 'vote', 'holdEnded']);

/** The steps among those of a statement that tell of policy. */
export function stepsOfPolicy(steps: readonly Point[]): Point[] {
  return steps.filter((step) => KINDS.has(step.kind) || isMasking(step));
}

/** Reads the events of a statement that tell of policy. */
export async function loadDecision(steps: readonly Point[], load: LoadEvent): Promise<DecisionDetail> {
  const stored = await Promise.all(stepsOfPolicy(steps).map(({ sequence }) => load(sequence)));
  const events = stored.flatMap((found) => (found === null ? [] : [found.event]));
  const values = allOf(events, 'valuesMasked').map(({ fields }) => fields);
  const hold = allOf(events, 'hold')[0];
  const ended = allOf(events, 'holdEnded')[0];
  return {
    decision: allOf(events, 'decision')[0]?.fields ?? null,
    hold: hold?.fields ?? null,
    heldAt: hold?.time ?? null,
    endedAt: ended?.time ?? null,
    votes: allOf(events, 'vote').map(({ time, fields }) => ({ time, fields })),
    ended: ended?.fields ?? null,
    columns: allOf(events, 'columnsMasked').flatMap(({ fields }) => masksOf(fields)),
    parameters: new Set(values.flatMap(({ parameters }) => parameters)),
    values,
    detected: allOf(events, 'detected').map(({ fields }) => fields),
    withheld: allOf(events, 'withheld').map(({ fields }) => fields),
  };
}

/** How long of what a statement took it was held, µs; null where it was not, or its time counts from after that. */
export function heldOf(
  took: number,
  detail: Pick<DecisionDetail, 'heldAt' | 'endedAt'> | undefined,
): number | null {
  const { heldAt = null, endedAt = null } = detail ?? {};
  if (heldAt === null || endedAt === null) return null;
  const held = endedAt - heldAt;
  return held > 0 && held <= took ? held : null;
}

function allOf<K extends Event['kind']>(events: readonly Event[], kind: K): Extract<Event, { kind: K }>[] {
  return events.filter((event): event is Extract<Event, { kind: K }> => event.kind === kind);
}

function masksOf(fields: EventFields<'columnsMasked'>): ColumnMask[] {
  return fields.positions.map((position, index) => ({
    position,
    column: fields.columns[index] ?? 'unknown',
    rule: fields.rules[index] ?? '',
    style: fields.styles[index] ?? '',
    level: fields.levels[index] ?? '',
  }));
}

/** Who protects a masked column, by the letter that policies and papers use, and in words. */
export function levelWords(level: string): string {
  return LEVELS[level] ?? level;
}

const LEVELS: Readonly<Record<string, string>> = {
  database: 'A: the database refuses to give it',
  gateway: 'B: the gateway masks it by where it comes from',
  detector: 'C: detectors look for it',
};

/** What masks a column, in words. */
export function maskWords(mask: ColumnMask | undefined): string | null {
  if (mask === undefined) return null;
  const from = mask.column === 'unknown' ? 'a value whose origin nobody knows' : mask.column;
  return `masked (${mask.style}): ${from} by rule ${mask.rule} · ${levelWords(mask.level)}`;
}
