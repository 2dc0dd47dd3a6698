/** The texts that an archive recorded, with who sent them, for a policy to decide on. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { Subject } from '../../gateway/policy/session-policy.ts';
import { MAX_LIMIT } from '../../shared/api/page.ts';
import type { SessionRow, StatementRow } from '../../shared/api/session.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import { readPackedSegment, type StoredEvent } from '../../shared/recording/record.ts';

/** One Query or Execute: its SQL statements are rows of their own. */
export interface RecordedText {
  /** The first of its rows. */
  readonly first: StatementRow;
  /** As the rows give it, cut where they are. */
  readonly text: string;
  readonly truncated: boolean;
}

/** Every text with a statement that matches, newest first. */
export async function* recordedTexts(
  archive: ArchiveReader,
  filter: Filter,
): AsyncGenerator<RecordedText, void, undefined> {
  let rows: StatementRow[] = [];
  let after: string | undefined;
  do {
    const page = await archive.statements({ filter, after, limit: MAX_LIMIT });
    for (const row of page.items) {
      const [other] = rows;
      if (other !== undefined && (other.session !== row.session || other.statement !== row.statement)) {
        yield textOf(rows);
        rows = [];
      }
      rows.push(row);
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  if (rows.length > 0) yield textOf(rows);
}

function textOf(rows: readonly StatementRow[]): RecordedText {
  const ordered = rows.toSorted((a, b) => a.ordinal - b.ordinal);
  const [first = rows[0] as StatementRow] = ordered;
  return {
    first,
    text: ordered.map(({ text }) => text.replace(/;\s*$/u, '')).join('; '),
    truncated: ordered.some(({ textTruncated }) => textTruncated),
  };
}

/** Sessions kept in memory: statements come in the order of time, so that those of one session lie close together. */
const KEPT = 256;

/** Sessions of an archive, each read once while its statements pass. */
export class RecordedSessions {
  readonly #archive: ArchiveReader;
  readonly #subjects = new Map<string, Promise<Subject>>();

  constructor(archive: ArchiveReader) {
    this.#archive = archive;
  }

  /** Who a statement's session was, as recorded. */
  subjectOf({ session }: StatementRow): Promise<Subject> {
    const known = this.#subjects.get(session);
    if (known !== undefined) return known;
    if (this.#subjects.size >= KEPT) this.#subjects.clear();
    const subject = this.#archive.session(session).then(asSubject);
    this.#subjects.set(session, subject);
    return subject;
  }

  /** The text whole: what lists cut short is read from its segment. */
  async wholeText({ first, text, truncated }: RecordedText): Promise<string> {
    if (!truncated) return text;
    const intent = await this.#event(first, first.sequence);
    const { event } = intent ?? {};
    const parsedAt = event?.kind === 'statement' ? event.fields.parsedAt : null;
    const holder = parsedAt === null || parsedAt === undefined ? intent : await this.#event(first, parsedAt);
    const bytes = holder?.payloads['text'];
    // A text that was redacted is gone: what lists still show of it is all there is.
    return bytes ? Buffer.from(bytes).toString('utf8') : text;
  }

  async #event({ session }: StatementRow, sequence: number): Promise<StoredEvent | null> {
    const segments = await this.#archive.segments(session);
    const segment = segments.find(
      ({ firstSequence, lastSequence }) => firstSequence <= sequence && sequence <= lastSequence,
    );
    const packed = segment && (await this.#archive.segment(session, segment.number));
    if (!packed) return null;
    for (const stored of readPackedSegment(packed)) if (stored.event.sequence === sequence) return stored;
    return null;
  }
}

/** Of a session whose token was refused nothing was forwarded; of one that is gone nobody is known. */
function asSubject(session: SessionRow | null): Subject {
  const { identity = null, connection = '', ci = null } = session ?? {};
  return {
    issuer: identity?.issuer ?? '',
    subject: identity?.subject ?? '',
    clientId: identity?.clientId ?? null,
    groups: identity?.groups ?? [],
    connection,
    ci: ci && {
      attested: ci.provenance === 'attested',
      provider: ci.provider,
      repository: ci.repository,
      job: `${ci.provider}/${ci.run}/${ci.job}`,
      ref: ci.ref,
    },
  };
}
