/**
 * Statements of a volume as the API shows them. Only types of shared/api come in here: its schemas would cost every reader's
 * process a quarter of a second to load.
 */
import type { StatementRow } from '../../../shared/api/session.ts';
import { SEVERITIES } from '../../../shared/policy/decision.ts';
import { STATEMENT_STATUSES } from '../../../shared/recording/event.ts';
import { decodeText } from '../../../shared/replay/text.ts';
import { decidedOf, masksOf } from '../fold/shown-decision.ts';
import { errorIn, ownPart, shownText } from '../fold/shown-text.ts';
import type { Slice } from '../fold/sql-text.ts';
import type { Volume } from './read-volume.ts';
import type { SegmentReader } from './segment-reader.ts';
import { toSessionId } from './session-reader.ts';
import { OUTCOME } from './session-terms.ts';
import { listOf, TextReader, type TextFacts } from './text-facts.ts';

const TRANSACTIONS = ['I', 'T', 'E'] as const;

interface StoredStatement {
  readonly id: number;
  readonly session_id: number;
  readonly sid: Buffer;
  readonly number: number;
  readonly ordinal: number;
  readonly sequence: number;
  readonly text_sequence: number;
  readonly text_start: number | null;
  readonly text_length: number | null;
  readonly outcome_sequence: number | null;
  readonly time: number;
  readonly duration: number | null;
  readonly text_id: number;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly status: number;
  readonly sqlstate: string | null;
  readonly transaction_status: string | null;
  readonly agent: string | null;
  readonly job: string | null;
  readonly provenance: string | null;
  readonly connection: string;
  readonly session_outcome: string;
  readonly imported: number;
  readonly decision: string | null;
  readonly rules: string;
  readonly severity: string;
  readonly masks: string;
  readonly approvers: string;
  readonly cut: number | null;
  readonly ran: string;
}

/** A page of them is asked for at once: for each by itself SQLite takes twenty times as long. `ran`: tables beside those that the text names. */
const STATEMENTS = `SELECT x.id, x.session_id, s.sid, x.number, x.ordinal, x.sequence, x.text_sequence, x.text_start, x.text_length,
  x.outcome_sequence, x.time, x.duration, x.text_id, x.rows, x.bytes, x.status, x.sqlstate, x.transaction_status,
  a.subject AS agent, j.path AS job, j.provenance, s.connection, ${OUTCOME} AS session_outcome, s.imported IS NOT NULL AS imported,
  p.decision, p.rules, p.severity,
  (SELECT json_group_array(m.kind || ' ' || m.name) FROM statement_mask y CROSS JOIN mask m ON m.id = y.mask_id
   WHERE y.statement_id = x.id) AS masks,
  (SELECT json_group_array(json_array(o.subject, o.name)) FROM statement_approver y CROSS JOIN approver o ON o.id = y.approver_id
   WHERE y.statement_id = x.id) AS approvers,
  (SELECT 1 FROM statement_cut c WHERE c.statement_id = x.id) AS cut,
  (SELECT json_group_array(b.name ORDER BY b.id) FROM text_runs y CROSS JOIN statement_table z ON z.table_id = y.table_id AND z.statement_id = x.id
   CROSS JOIN tbl b ON b.id = y.table_id WHERE y.text_id = x.text_id) AS ran
FROM json_each(?) e CROSS JOIN statement x ON x.id = e.value CROSS JOIN session s ON s.id = x.session_id
  LEFT JOIN agent a ON a.id = s.agent_id LEFT JOIN job j ON j.id = s.job_id
  LEFT JOIN verdict p ON p.id = x.verdict_id`;

/** Where the words of a statement are: a phrase is looked for in thousands. */
const SEARCHED = `SELECT x.session_id, x.number, x.ordinal, x.sequence, x.text_sequence, x.text_start, x.text_length,
  x.outcome_sequence, x.text_id FROM statement x WHERE x.id = ?`;

type SearchedStatement = OwnPart &
  Pick<
    StoredStatement,
    'session_id' | 'number' | 'ordinal' | 'sequence' | 'text_sequence' | 'outcome_sequence' | 'text_id'
  >;

/** Where a statement's own text lies among what was sent. */
type OwnPart = Pick<StoredStatement, 'text_start' | 'text_length'>;

/** Of a statement whose text is lost. */
const NO_TEXT: TextFacts = {
  normal: '',
  fingerprint: '',
  class: null,
  verb: '',
  columns: [],
  functions: [],
  tables: [],
};

function provenanceOf(stored: string | null): StatementRow['provenance'] {
  return stored === 'attested' || stored === 'asserted' ? stored : null;
}

/** Makes the rows of one volume's statements. */
export class StatementReader {
  readonly #segments: SegmentReader;
  readonly #statements;
  readonly #searched;
  readonly #texts: TextReader;

  constructor(volume: Volume, segments: SegmentReader) {
    const { db } = volume;
    this.#texts = new TextReader(volume);
    this.#segments = segments;
    this.#statements = db.prepare<[string], StoredStatement>(STATEMENTS);
    this.#searched = db.prepare<[number], SearchedStatement>(SEARCHED);
  }

  row(id: number): StatementRow | null {
    return this.rows([id]).get(id) ?? null;
  }

  /** The rows of those that are in the volume, by id. */
  rows(ids: readonly number[]): ReadonlyMap<number, StatementRow> {
    const stored = this.#statements.all(JSON.stringify(ids));
    this.#texts.read(stored.map(({ text_id }) => text_id));
    return new Map(stored.map((row) => [row.id, this.#rowOf(row)]));
  }

  #rowOf(row: StoredStatement): StatementRow {
    const { number, ordinal, sequence, time, duration, rows, bytes, sqlstate, job, connection } = row;
    const { normal, ...facts } = this.#texts.of(row.text_id) ?? NO_TEXT;
    const ran = listOf(row.ran);
    return {
      session: toSessionId(row.sid),
      statement: number,
      ordinal,
      sequence,
      outcomeSequence: row.outcome_sequence,
      time,
      duration,
      ...this.#textOf(row, normal),
      ...facts,
      tables: ran.length === 0 ? facts.tables : [...new Set([...facts.tables, ...ran])],
      rows,
      bytes,
      status: STATEMENT_STATUSES[row.status] ?? 'unknown',
      sqlstate,
      errorMessage: this.#errorMessageOf(row),
      transaction: TRANSACTIONS.find((status) => status === row.transaction_status) ?? null,
      agent: row.agent ?? '',
      job,
      provenance: provenanceOf(row.provenance),
      connection,
      live: row.session_outcome === 'live',
      imported: row.imported === 1,
      ...decisionOf(row),
      ...masksOf(listOf(row.masks)),
      approvers: approversOf(row.approvers),
      searchable: row.cut === null ? 'whole' : 'beginning',
    };
  }

  /** The text as it was sent; where that is gone, its normal form, which holds no values. */
  #textOf(row: StoredStatement, normal: string): Pick<StatementRow, 'text' | 'textTruncated' | 'masked'> {
    const stored = this.#segments.event(row.session_id, row.text_sequence);
    return shownText(stored, sliceOf(row), normal);
  }

  /** What free text searches of a statement, and its text in normal form. */
  searched(id: number): { readonly normalised: string; readonly texts: string[] } {
    const row = this.#searched.get(id);
    if (row === undefined) return { normalised: '', texts: [] };
    const whole = this.#segments.event(row.session_id, row.text_sequence)?.payloads['text'];
    return {
      normalised: this.#texts.of(row.text_id)?.normal ?? '',
      texts: [...(whole ? [decodeText(ownPart(whole, sliceOf(row)))] : []), ...this.#segments.textsOf(row)],
    };
  }

  #errorMessageOf({ session_id, outcome_sequence, status }: StoredStatement): string | null {
    if (STATEMENT_STATUSES[status] !== 'failed' || outcome_sequence === null) return null;
    return errorIn(this.#segments.event(session_id, outcome_sequence));
  }
}

function sliceOf({ text_start, text_length }: OwnPart): Slice | null {
  return text_start === null || text_length === null ? null : { start: text_start, length: text_length };
}

function decisionOf(row: StoredStatement): Pick<StatementRow, 'decision' | 'rules' | 'severity'> {
  if (row.decision === null) return { decision: null, rules: [], severity: null };
  return {
    decision: decidedOf(row.decision, row.session_outcome),
    rules: listOf(row.rules),
    severity: SEVERITIES.find((severity) => severity === row.severity) ?? null,
  };
}

function approversOf(json: string): StatementRow['approvers'] {
  const pairs = JSON.parse(json) as readonly (readonly [string, string])[];
  return pairs.map(([subject, name]) => ({ subject, name: name === '' ? null : name }));
}
