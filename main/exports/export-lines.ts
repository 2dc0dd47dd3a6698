/** Writes the formats that are made of statements, one after the other. */
import { cefSession, cefStatement } from '../../gateway/archive/lines/cef.ts';
import { BOM } from './lines/csv.ts';
import { ecsSession, ecsStatement } from '../../gateway/archive/lines/ecs.ts';
import { jsonLine } from '../../gateway/archive/lines/json-line.ts';
import { pieceLine } from '../../gateway/archive/lines/json-lines.ts';
import {
  ocsfSession,
  ocsfStatement,
  type OcsfVersion,
  type SignedTrees,
} from '../../gateway/archive/lines/ocsf.ts';
import { STATEMENT_HEADER, statementLine } from './lines/statements-csv.ts';
import { FORMATS } from './format.ts';
import type { Piece } from '../../gateway/archive/lines/record.ts';

export type LineFormat = 'csv' | 'jsonl' | 'ocsf' | 'ecs' | 'cef';

export interface LineOptions {
  /** `Auditorium` and its version, for whoever reads the export. */
  readonly software: string;
  /** A byte order mark before CSV. */
  readonly bom: boolean;
  readonly ocsf: OcsfVersion;
  readonly trees: SignedTrees;
  /** The filter as written; null: everything. */
  readonly filter: string | null;
}

/** A format of lines: what stands at its head, and what a piece of the record becomes. */
export interface LineWriter {
  readonly head: string;
  /** Whether it has the rows of results. */
  readonly rows: boolean;
  readonly line: (piece: Piece) => string;
}

export function lineWriter(format: LineFormat, options: LineOptions): LineWriter {
  const { software, bom, ocsf, filter, trees } = options;
  switch (format) {
    case 'csv':
      return {
        head: (bom ? BOM : '') + STATEMENT_HEADER,
        rows: false,
        line: (piece) => (piece.kind === 'statement' ? statementLine(piece.statement, piece.session) : ''),
      };
    case 'jsonl': {
      const { leavesOut } = FORMATS.jsonl;
      const head = {
        type: 'header',
        format: 'auditorium-statements',
        version: 1,
        software,
        filter,
        leavesOut,
      };
      return { head: jsonLine(head), rows: true, line: pieceLine };
    }
    case 'ocsf': {
      const how = { software, version: ocsf, trees };
      return perEvent(
        (session) => ocsfSession(session, how),
        (statement, session) => ocsfStatement(statement, session, how),
      );
    }
    case 'ecs':
      return perEvent(ecsSession, ecsStatement);
    case 'cef':
      return perEvent(
        (session) => cefSession(session, software),
        (statement, session) => cefStatement(statement, session, software),
      );
  }
}

/** Formats of events know nothing of a file around them, so no head. */
function perEvent(
  ofSession: (session: Extract<Piece, { kind: 'session' }>['session']) => string,
  ofStatement: (
    statement: Extract<Piece, { kind: 'statement' }>['statement'],
    session: Extract<Piece, { kind: 'statement' }>['session'],
  ) => string,
): LineWriter {
  return {
    head: '',
    rows: false,
    line: (piece) => {
      if (piece.kind === 'session') return ofSession(piece.session);
      return piece.kind === 'statement' ? ofStatement(piece.statement, piece.session) : '';
    },
  };
}
