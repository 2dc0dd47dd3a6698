/** What policy decided on the statements of one session and what was masked in their answers, as rows. */
import { decidedBy, endedAs } from '../../../shared/policy/recorded-decision.ts';
import type { Event, EventFields } from '../../../shared/recording/event.ts';
import type { OpenStatement } from './open-statement.ts';
import type { Counters, StoredSession, Tally, Verdict } from './store.ts';
import type { VolumeParts } from './volume-parts.ts';

/** What the rows of a session are written with. */
type DecidedParts = Pick<VolumeParts, 'sessions' | 'statements' | 'dictionaries' | 'counts'>;

/** A SQL statement of the session: `statement` is its number, `ordinal` its place within the text. */
interface Place {
  readonly statement: number;
  readonly ordinal: number;
}

export class DecidedRows {
  readonly #sessionId: number;
  /** Sessions are counted in the volume that they began in. */
  readonly #sessionCounts: Tally | null;
  readonly #parts: DecidedParts;
  readonly #counters: Counters;
  readonly #open: ReadonlyMap<number, OpenStatement>;
  /** Verdicts on statements whose intent has not come, by number. */
  readonly #early = new Map<number, number>();
  /** Verdicts and masks that the session is known to have. */
  readonly #verdicts = new Set<number>();
  readonly #masks = new Set<number>();

  constructor(
    { id, carried }: Pick<StoredSession, 'id' | 'carried'>,
    parts: DecidedParts,
    counters: Counters,
    open: ReadonlyMap<number, OpenStatement>,
  ) {
    this.#sessionId = id;
    this.#sessionCounts = carried === 1 ? null : parts.counts;
    this.#parts = parts;
    this.#counters = counters;
    this.#open = open;
  }

  apply({ kind, fields }: Event): void {
    switch (kind) {
      case 'policyApplied':
        return this.#parts.sessions.govern(this.#sessionId, fields);
      case 'decision':
        return this.#onDecision(fields);
      case 'vote':
        return this.#onVote(fields);
      case 'holdEnded':
        return this.#onHoldEnded(fields);
      case 'columnsMasked':
        return this.#onMasked(fields, [
          ...this.#ids('column', fields.columns),
          ...this.#ids('rule', fields.rules),
        ]);
      case 'detected':
        return this.#onMasked(fields, [
          ...this.#ids('detector', fields.detectors),
          ...this.#ids('rule', fields.rules),
        ]);
      default:
    }
  }

  /** What policy said of a statement before its intent was recorded; null: nothing. */
  verdictOn(statement: number): number | null {
    if (this.#early.size === 0) return null;
    const verdictId = this.#early.get(statement) ?? null;
    this.#early.delete(statement);
    return verdictId;
  }

  #onDecision(fields: EventFields<'decision'>): void {
    const { statement, rules, severity } = fields;
    const decision = decidedBy(fields);
    if (decision === 'denied') this.#counters.denied++;
    if (decision === 'held') this.#counters.held++;
    this.#decide(statement, { decision, rules, severity });
  }

  /** A vote is on all SQL statements of the text that was held. */
  #onVote(fields: EventFields<'vote'>): void {
    if (fields.verdict !== 'approve') return;
    const { dictionaries, statements } = this.#parts;
    const approverId = dictionaries.approver(fields);
    const open = this.#open.get(fields.statement);
    const ids = open?.rows.map(({ id }) => id) ?? statements.storedIds(this.#sessionId, fields.statement);
    for (const id of ids) statements.approve(id, approverId);
  }

  #onHoldEnded(fields: EventFields<'holdEnded'>): void {
    const { dictionaries, statements } = this.#parts;
    const { statement } = fields;
    const open = this.#open.get(statement);
    const before = open === undefined ? statements.storedVerdict(this.#sessionId, statement) : open.verdictId;
    const held = before === null ? null : dictionaries.verdictOf(before);
    this.#decide(statement, { rules: [], severity: 'info', ...held, decision: endedAs(fields) });
  }

  #decide(statement: number, verdict: Verdict): void {
    const { dictionaries, sessions, statements } = this.#parts;
    const id = dictionaries.verdict(verdict);
    const open = this.#open.get(statement);
    if (open === undefined) this.#early.set(statement, id);
    statements.decide(this.#sessionId, statement, open, id);
    if (this.#verdicts.has(id)) return;
    this.#verdicts.add(id);
    sessions.decide(this.#sessionId, id);
  }

  #ids(kind: 'column' | 'rule' | 'detector', names: readonly string[]): number[] {
    return [...new Set(names)].map((name) => this.#parts.dictionaries.mask(kind, name));
  }

  #onMasked({ statement, ordinal }: Place, maskIds: readonly number[]): void {
    const { sessions, statements } = this.#parts;
    for (const id of maskIds) {
      if (this.#masks.has(id)) continue;
      this.#masks.add(id);
      sessions.mask(this.#sessionId, id, this.#sessionCounts);
    }
    const row = this.#open.get(statement)?.rows[ordinal];
    const id = row?.id ?? statements.storedId(this.#sessionId, statement, ordinal);
    if (id === undefined) return;
    if (row?.masked !== true) this.#counters.masked++;
    if (row !== undefined) row.masked = true;
    statements.mask(id, maskIds);
  }
}
