/** Finds the events that anchors stand on in the open archive, and says of anchors whether they still do. */
import { ArchiveError, type ArchiveReader } from '../../gateway/archive/archive.ts';
import { sha256 } from '../../gateway/archive/ed25519.ts';
import type { Anchor, AnchoredEvent, AnchorStanding, Place } from '../../shared/findings/anchor.ts';
import type { SessionId, SessionRow } from '../../shared/api/session.ts';
import { describeEvent } from '../../shared/recording/describe.ts';
import { readPackedSegment, type StoredEvent } from '../../shared/recording/record.ts';
import { leafHash } from '../../shared/recording/tree.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { unreadable } from '../session-events.ts';
import { CaseError } from './case-error.ts';

/** What is asked of an archive. */
export type AnchorSource = Pick<ArchiveReader, 'session' | 'segments' | 'segment' | 'steps'>;

/** As long as an anchor takes a label. */
const LABEL = 300;

/** What is not here may come: sessions grow, and volumes are brought back. ms. */
const ABSENT_FOR = 10_000;

interface Known {
  readonly standing: AnchorStanding;
  /** When it is to be asked again, ms. */
  readonly until: number;
}

export class Anchors {
  readonly #archive: AnchorSource;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  /** `now` is in ms. */
  constructor(archive: AnchorSource, now: () => number) {
    this.#archive = archive;
    this.#now = now;
  }

  /** The place with its events, hashed. Throws ENTRY_NOT_FOUND where the archive has no such place. */
  async anchorOf(place: Place): Promise<Anchor> {
    const session = await this.#archive.session(place.session);
    if (session === null) throw absent(`the archive holds no session ${place.session}`);
    const first = await this.#event(place.session, place.sequence ?? 0);
    const last = place.last === null ? null : await this.#event(place.session, place.last);
    if (first === null || (place.last !== null && last === null))
      throw absent(`session ${place.session} has no event ${place.last ?? place.sequence}`);
    if (place.last !== null && place.last < (place.sequence ?? 0))
      throw new CaseError('BAD_ENTRY', 'the last event of a range does not stand before its first');
    const events = [anchored(first), ...(last === null ? [] : [anchored(last)])];
    const anchor = {
      ...place,
      events,
      time: first.event.time,
      label: await this.#label(place, session, first),
    };
    this.#remember(anchor, 'holds');
    return anchor;
  }

  /** How each anchor stands, in their order. What was asked before is known; sessions are read once. */
  async standings(anchors: readonly Anchor[]): Promise<AnchorStanding[]> {
    const unknown = anchors.filter((anchor) => this.#standing(anchor) === null);
    for (const [session, own] of Map.groupBy(unknown, (anchor) => anchor.session))
      await this.#check(session, own);
    return anchors.map((anchor) => this.#standing(anchor) ?? 'absent');
  }

  #standing(anchor: Anchor): AnchorStanding | null {
    const known = this.#known.get(nameOf(anchor));
    return known !== undefined && known.until > this.#now() ? known.standing : null;
  }

  #remember(anchor: Anchor, standing: AnchorStanding): void {
    const until = standing === 'absent' ? this.#now() + ABSENT_FOR : Infinity;
    this.#known.set(nameOf(anchor), { standing, until });
  }

  async #check(session: SessionId, anchors: readonly Anchor[]): Promise<void> {
    const wanted = new Set(anchors.flatMap(sequencesOf));
    const found = await this.#eventsOrNone(session, wanted);
    for (const anchor of anchors) {
      const here = sequencesOf(anchor).map((sequence) => found.get(sequence) ?? null);
      const same = here.every((event, i) => event !== null && isSame(event, anchor.events[i]));
      const isHere = here.every((event) => event !== null);
      this.#remember(anchor, same ? 'holds' : isHere ? 'differs' : 'absent');
    }
  }

  async #event(session: SessionId, sequence: number): Promise<StoredEvent | null> {
    return (await this.#stored(session, new Set([sequence]))).get(sequence) ?? null;
  }

  /** Of a session that cannot be read nothing is here: notes on it are shown all the same. */
  async #eventsOrNone(
    session: SessionId,
    wanted: ReadonlySet<number>,
  ): Promise<ReadonlyMap<number, AnchoredEvent>> {
    try {
      const stored = await this.#stored(session, wanted);
      return new Map([...stored].map(([sequence, event]) => [sequence, anchored(event)]));
    } catch (error) {
      if (error instanceof ArchiveError) return new Map();
      throw error;
    }
  }

  /** The events of these sequences, those that are there. */
  async #stored(session: SessionId, wanted: ReadonlySet<number>): Promise<Map<number, StoredEvent>> {
    const found = new Map<number, StoredEvent>();
    for (const { number, firstSequence, lastSequence } of await this.#archive.segments(session)) {
      if (![...wanted].some((sequence) => firstSequence <= sequence && sequence <= lastSequence)) continue;
      const packed = await this.#archive.segment(session, number);
      if (packed === null) continue;
      try {
        for (const event of readPackedSegment(packed))
          if (wanted.has(event.event.sequence)) found.set(event.event.sequence, event);
      } catch (cause) {
        throw unreadable(cause, `segment ${number} of session ${session}`);
      }
    }
    return found;
  }

  async #label(place: Place, session: SessionRow, { event }: StoredEvent): Promise<string> {
    if (place.sequence === null) return clipped(`Session of ${whoseOf(session)}`);
    const { items } = await this.#archive.steps(place.session, { from: place.sequence, limit: 1 });
    const [step] = items;
    const words =
      step?.sequence === place.sequence ? step.label : describeEvent(event, { text: null, message: null });
    if (place.cell !== null) return clipped(`${place.cell.name}, row ${place.cell.row + 1} of ${words}`);
    if (place.last !== null && place.statement === null)
      return clipped(`Events ${place.sequence} to ${place.last}, from ${words}`);
    return clipped(words);
  }
}

/** Who, in which job, to what. */
function whoseOf({ identity, user, ci, connection }: SessionRow): string {
  const job = ci === null ? '' : ` (${ci.provider}/${ci.run}/${ci.job})`;
  return `${identity?.subject ?? (user || 'nobody known')}${job} on ${connection || 'an unrecorded database'}`;
}

function clipped(label: string): string {
  return visibleLine(label, LABEL);
}

/** Those that an anchor’s events have. */
function sequencesOf({ sequence, last }: Anchor): number[] {
  return last === null ? [sequence ?? 0] : [sequence ?? 0, last];
}

function anchored({ event, bytes }: StoredEvent): AnchoredEvent {
  return {
    log: Buffer.from(event.log).toString('hex'),
    index: event.index,
    hash: Buffer.from(leafHash(sha256, bytes)).toString('hex'),
  };
}

function isSame(event: AnchoredEvent, said: AnchoredEvent | undefined): boolean {
  return event.log === said?.log && event.index === said.index && event.hash === said.hash;
}

function nameOf({ session, sequence, last, events }: Anchor): string {
  return `${session} ${sequence} ${last} ${events.map(({ log, index, hash }) => `${log}/${index}/${hash}`).join()}`;
}

function absent(message: string): CaseError {
  return new CaseError('ENTRY_NOT_FOUND', message);
}
