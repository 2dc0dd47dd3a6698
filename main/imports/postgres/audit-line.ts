/** What pgaudit writes behind `AUDIT: ` (pgaudit README, "Format"): one line of CSV for each relation of each statement. */

export interface AuditLine {
  /** STATEMENT_ID and SUBSTATEMENT_ID: the same for all lines about one statement. */
  readonly statement: string;
  readonly substatement: string;
  /** SELECT, CREATE TABLE, … */
  readonly command: string;
  /** Null where it was written with an earlier line of the statement. */
  readonly text: Buffer | null;
  /** In order; null where they were not logged. */
  readonly parameters: readonly (Buffer | null)[] | null;
  /** Null unless pgaudit.log_rows is on. */
  readonly rows: number | null;
}

const LEAST_FIELDS = 8;

/** Reads the line; null when it is none of pgaudit. */
export function readAuditLine(line: Buffer): AuditLine | null {
  const fields = fieldsOf(line.toString('latin1'));
  if (fields === null || fields.length < LEAST_FIELDS) return null;
  const type = fields[0];
  const statement = fields[1] ?? '';
  const substatement = fields[2] ?? '';
  const command = fields[4] ?? '';
  const text = fields[7] ?? null;
  const parameter = fields[8] ?? null;
  const rows = fields[9] ?? null;
  if (type !== 'SESSION' && type !== 'OBJECT') return null;
  if (!/^\d+$/.test(statement) || !/^\d+$/.test(substatement)) return null;
  return {
    statement,
    substatement,
    command,
    text: text === null || /^<(?:previously|not) logged>$/.test(text) ? null : Buffer.from(text, 'latin1'),
    parameters: parametersOf(parameter),
    rows: rows !== null && /^\d{1,15}$/.test(rows) ? Number(rows) : null,
  };
}

/** `<none>` is none; a list is CSV within the field, an empty one of which NULL. */
function parametersOf(text: string | null): readonly (Buffer | null)[] | null {
  if (text === null || text === '' || /^<(?:not|previously) logged>$/.test(text)) return null;
  if (text === '<none>') return null;
  return fieldsOf(text)?.map((value) => (value === null ? null : Buffer.from(value, 'latin1'))) ?? null;
}

/** Fields of one line of CSV, null for an empty one without quotes; null when quotes are not closed. */
function fieldsOf(text: string): (string | null)[] | null {
  const fields: (string | null)[] = [];
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1);
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      if (end < 0) return null;
      fields.push(text.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
      if (at < text.length && text[at] !== ',') return null;
    } else {
      const comma = text.indexOf(',', at);
      const end = comma < 0 ? text.length : comma;
      fields.push(end === at ? null : text.slice(at, end));
      at = end;
    }
  }
  return fields;
}

/** Whether quotes of an audit line are open at its end, so that the next line goes on with it. */
export function goesOn(line: string): boolean {
  return fieldsOf(line) === null && (line.split('"').length - 1) % 2 === 1;
}
