/**
 * Results that are not passed on as they came: rows and COPY data with masked values, and those that a limit cuts. Takes whole runs of
 * messages of a read, records them as they may be shown and says what the agent gets in their place.
 */
import type { SessionRecorder } from '../../recorder/recorder.ts';
import type { Exchange, RunningStatement } from '../exchange.ts';
import type { Results } from '../results.ts';
import type { Splice } from '../splice.ts';
import { BACKEND } from '../wire/backend.ts';
import { errorResponse } from '../wire/encode.ts';
import { int16, int32, MESSAGE_HEAD_BYTES } from '../wire/framing.ts';
import { MAX_MASKED_BYTES, tooLongToMask } from './answer-refused.ts';
import { Columns, isKnownText, judgedNow, shownNames } from './columns.ts';
import { type CopyPlan, planCopy } from './copy-plan.ts';
import { takeCopy } from './copy-stream.ts';
import { readFields } from './field.ts';
import type { Lane } from './lane.ts';
import { type RowLimit, RowLimits } from './row-limit.ts';
import { planRows, planUndescribed, recordMasked, type RowPlan } from './row-plan.ts';
import { takeRows } from './row-stream.ts';
import { scrubOf } from './scrub.ts';
import { Tally, type Where } from './tally.ts';

const NOTHING = Buffer.alloc(0);

/** FunctionCallResponse of NULL. */
const NULL_RESULT = Buffer.from([BACKEND.functionCallResponse, 0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff]);

/** The result under way. */
interface Under {
  readonly statement: RunningStatement;
  readonly lane: Lane | null;
  limit: RowLimit | null;
  rows: RowPlan | null;
  readonly copy: CopyPlan | null;
  /** Nobody described its rows: the first one tells how many columns there are. */
  undescribed: boolean;
  /** Rows beyond the limit came. */
  cut: boolean;
}

interface Parts {
  readonly recorder: SessionRecorder;
  readonly exchange: Exchange;
  readonly results: Results;
  /** Ends what the server works on. */
  readonly cancel: () => void;
}

export class MaskedResults {
  /** What the agent gets other than the server sent, in order; positions are those of the buffer read last. */
  splices: Splice[] = [];
  /** Whether rows and data of the result under way are to be given to {@link take}. */
  active = false;
  readonly tally = new Tally();
  readonly #parts: Parts;
  readonly #columns = new Columns();
  readonly #limits = new RowLimits();
  #buffer: Buffer = NOTHING;
  #under: Under | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The bytes that positions refer to from here on. */
  read(buffer: Buffer): void {
    this.#buffer = buffer;
    if (this.splices.length > 0) this.splices = [];
  }

  /** The agent gets these bytes in place of a message. */
  splice(at: number, end: number, bytes: Buffer): void {
    this.splices.push({ at, replaces: end - at, bytes });
  }

  /** The agent gets nothing of what stands from `at` to `end`, whatever was to be spliced in there. */
  mute(at: number, end: number): void {
    this.splices = this.splices.filter((splice) => splice.at < at);
    this.splice(at, end, NOTHING);
  }

  /** RowDescription right before a statement's rows, with which the results have begun. */
  described(statement: RunningStatement, at: number, end: number): void {
    const lane = this.#laneOf(statement);
    if (lane === null && statement.judged === null) return;
    const under = this.#begin(statement, null);
    if (lane !== null) {
      const fields = readFields(this.#buffer, at, end);
      if (statement.portal !== null) this.#columns.keep(statement.portal, fields);
      const known = (judgedNow(statement)?.lineage ?? null) !== null;
      const shown = shownNames(this.#buffer, at, fields, { lane, known, scrub: this.#scrub(lane) });
      if (shown !== null) {
        if (lane.enforced) this.splice(at, end, shown);
        this.#parts.results.recordAs(statement, at, shown, 0);
      }
      under.rows = planRows(fields, judgedNow(statement), lane, this.#found('rows'));
    }
    this.#activate(under);
  }

  /** RowDescription that answers a Describe on its own; returns it as it may be shown, null: as it is. */
  describedApart(target: 'S' | 'P', name: string, at: number, end: number): Buffer | null {
    const { lane, symbols } = this.#parts.exchange;
    if (lane === null) return null;
    const fields = readFields(this.#buffer, at, end);
    const named = symbols.live(target, name);
    if (named !== null && target === 'P') this.#columns.keep(named, fields);
    const known = isKnownText(target, named);
    return shownNames(this.#buffer, at, fields, { lane, known, scrub: this.#scrub(lane) });
  }

  /** The first row of a result that nothing right before it described; returns whether it is active. */
  begin(statement: RunningStatement): boolean {
    if (this.#under?.statement === statement) return this.active;
    const lane = this.#laneOf(statement);
    if (lane === null && statement.judged === null) return false;
    this.#parts.results.end(null); // the ordinal of what begins is one further
    const under = this.#begin(statement, null);
    if (lane !== null) {
      const fields = this.#columns.of(statement.portal);
      if (fields === null) under.undescribed = lane.masksColumns || lane.detecting.length > 0;
      else under.rows = planRows(fields, judgedNow(statement), lane, this.#found('rows'));
    }
    return this.#activate(under);
  }

  /** CopyOutResponse, with which the results have begun. */
  beginCopy(statement: RunningStatement): void {
    const lane = this.#laneOf(statement);
    if (lane === null && statement.judged === null) return;
    const copy = lane === null ? null : planCopy(judgedNow(statement), lane, this.#found('copy'));
    this.#activate(this.#begin(statement, copy));
  }

  /** Takes the whole rows or CopyData from `at` on; returns where they end. */
  take(at: number): number {
    const under = this.#under as Under;
    const type = this.#buffer[at] as number;
    const run = this.#run(type, at, under);
    if (run.to > at) {
      if (type === BACKEND.dataRow) this.#rows(under, at, run.to);
      else this.#copyData(under, at, run.to);
      this.#limits.passed(under.statement, run.rows);
    }
    if (run.to === run.end) return run.end;
    if (!under.cut) this.#cut(under, run.to);
    this.splice(run.to, run.end, NOTHING);
    return run.end;
  }

  /** What a function called by its OID returns: nobody knows what that is. The results have begun at `at`. */
  withholdResult(statement: RunningStatement, at: number, end: number): void {
    const { recorder, exchange, results } = this.#parts;
    if (exchange.lane?.enforced === true) this.splice(at, end, NULL_RESULT);
    results.recordAs(statement, at, NULL_RESULT, 0);
    recorder.record('withheld', { statement: statement.number, where: 'rows', what: 'result' });
  }

  /** CommandComplete or PortalSuspended of a result that was cut before: the agent gets the limit's error. Returns whether it was. */
  completed(statement: RunningStatement, at: number, end: number): boolean {
    const under = this.#under;
    if (under?.statement !== statement || !under.cut || under.limit === null) return false;
    this.splice(at, end, errorResponse(under.limit.error));
    const what = 'rows beyond the limit; the server had completed the statement';
    this.#parts.recorder.record('withheld', { statement: statement.number, where: 'rows', what });
    statement.refusal = null;
    return true;
  }

  /** The SQL statement's result is over, its outcome to be recorded. */
  ended({ number, ordinal }: RunningStatement): void {
    this.tally.record(this.#parts.recorder, number, ordinal);
    this.#under = null;
    this.active = false;
  }

  #laneOf({ judged }: RunningStatement): Lane | null {
    return judged === null ? this.#parts.exchange.lane : judged.lane;
  }

  #begin(statement: RunningStatement, copy: CopyPlan | null): Under {
    const lane = this.#laneOf(statement);
    const limit = this.#limits.of(statement);
    const under = { statement, lane, limit, rows: null, copy, undescribed: false, cut: false };
    this.#under = under;
    return under;
  }

  /** What is masked of the rows to come is on the record before anything else of them, wherever the server's bytes are cut. */
  #activate(under: Under): boolean {
    const { rows, copy, undescribed, limit, statement } = under;
    const { recorder } = this.#parts;
    recordMasked(recorder, statement, rows?.masks ?? copy?.masks ?? []);
    if (copy?.withheld === true)
      recorder.record('withheld', { statement: statement.number, where: 'copy', what: 'data' });
    return (this.active = rows !== null || copy !== null || undescribed || limit !== null);
  }

  /** The whole messages of a type from `at` to `end`; up to `to` they are within the limit. */
  #run(type: number, at: number, { limit, cut }: Under): { to: number; end: number; rows: number } {
    const buffer = this.#buffer;
    let end = at;
    let to = at;
    let rows = 0;
    while (buffer[end] === type && end + MESSAGE_HEAD_BYTES <= buffer.length) {
      const next = end + 1 + int32(buffer, end + 1);
      if (next > buffer.length || next <= end) break;
      end = next;
      if (cut || (limit !== null && rows >= limit.left && limit.enforced)) continue;
      rows++;
      to = end;
    }
    if (limit !== null && !cut) this.#use(limit, rows);
    return { to, end, rows };
  }

  /** A limit that only observes is told of once. */
  #use(limit: RowLimit, rows: number): void {
    const under = this.#under as Under;
    if (!limit.enforced && rows > limit.left) {
      limit.record(this.#parts.recorder, under.statement.number);
      under.limit = null;
    }
    limit.left -= rows;
  }

  /** The first row of those that nobody described. */
  #describe(under: Under, at: number): void {
    const { lane, statement } = under;
    if (!under.undescribed || under.rows !== null || lane === null) return;
    under.rows = planUndescribed(int16(this.#buffer, at + MESSAGE_HEAD_BYTES), lane);
    recordMasked(this.#parts.recorder, statement, under.rows.masks);
  }

  #rows(under: Under, at: number, to: number): void {
    const { results } = this.#parts;
    this.#describe(under, at);
    const { statement, rows } = under;
    if (rows === null) {
      for (let from = at; from < to;) {
        const end = from + 1 + int32(this.#buffer, from + 1);
        if (!results.inRows) results.beginRows(statement, from);
        results.row(from, end);
        from = end;
      }
      return;
    }
    const bytes = takeRows(this.#buffer, at, to, rows, statement, results);
    if (bytes !== null) this.splice(at, to, bytes);
  }

  #copyData({ statement, copy }: Under, at: number, to: number): void {
    const { results } = this.#parts;
    if (copy === null) {
      for (let from = at; from < to;) {
        const end = from + 1 + int32(this.#buffer, from + 1);
        results.copyRow(statement, from, end);
        from = end;
      }
      return;
    }
    const bytes = takeCopy(this.#buffer, at, to, copy, statement, results);
    if (bytes !== null) this.splice(at, to, bytes);
    if (Math.max(copy.record.held, copy.wire?.held ?? 0) > MAX_MASKED_BYTES)
      throw tooLongToMask('a row of COPY data');
  }

  /** A row beyond the limit came: the server is to end the statement, and what it says of that becomes the limit's error. */
  #cut(under: Under, at: number): void {
    const { statement, limit } = under;
    under.cut = true;
    if (limit === null) return;
    this.#parts.results.flush(at);
    limit.record(this.#parts.recorder, statement.number);
    statement.refusal = limit.error;
    this.#parts.cancel();
  }

  #found(where: Where): (detector: string, rule: string) => void {
    return (detector, rule) => this.tally.add(where, detector, rule);
  }

  #scrub(lane: Lane): (text: string) => string {
    return scrubOf(lane, 'rows', this.tally);
  }
}
