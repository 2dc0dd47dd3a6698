/** Columns of the statement list that are hidden until somebody wants them. */
import type { StatementRow } from '../../shared/api/session.ts';
import { DECISIONS } from '../../shared/policy/recorded-decision.ts';
import { formatBytes } from '../ui/format.ts';
import { NotRecorded } from '../ui/NotRecorded.tsx';
import { COLUMNS } from '../words/columns.ts';
import { mono, quiet } from './cells.tsx';
import { areValues, isQuantity, isValue } from './conditions.ts';
import { columnOf, LOOKS, type FilterColumn } from './filter-column.ts';

type Written = Parameters<typeof columnOf<StatementRow>>[0];

/** What asks for statements of which policy said nothing. */
export const NO_DECISION = `-(${DECISIONS.map((decision) => `policy:${decision}`).join(' or ')})`;

const WHERE: readonly Written[] = [
  {
    id: 'connection',
    title: COLUMNS.connection,
    look: LOOKS.word,
    text: ({ connection }) => connection,
    conditions: ({ connection }) => isValue('connection', connection),
  },
  {
    id: 'provenance',
    title: COLUMNS.provenance,
    look: LOOKS.word,
    text: ({ provenance }) => (provenance === null ? COLUMNS.noJob : COLUMNS[provenance]),
    conditions: ({ provenance }) => isValue('ci', provenance ?? 'none'),
  },
  {
    id: 'session',
    title: COLUMNS.session,
    look: LOOKS.long,
    text: ({ session }) => session,
    cell: ({ session }) => mono(session),
    conditions: ({ session }) => isValue('session', session),
  },
  {
    id: 'number',
    title: COLUMNS.number,
    look: LOOKS.number,
    text: ({ statement, ordinal }) => (ordinal === 0 ? String(statement) : `${statement}.${ordinal + 1}`),
  },
];

const WHAT: readonly Written[] = [
  {
    id: 'class',
    title: COLUMNS.class,
    look: LOOKS.word,
    text: (row) => row.class ?? '',
    conditions: (row) => isValue('class', row.class),
  },
  {
    id: 'columns',
    title: COLUMNS.columns,
    look: LOOKS.long,
    text: ({ columns }) => columns.join(', '),
    conditions: ({ columns }) => areValues('column', columns),
  },
  {
    id: 'functions',
    title: COLUMNS.functions,
    look: LOOKS.name,
    text: ({ functions }) => functions.join(', '),
    conditions: ({ functions }) => areValues('function', functions),
  },
  {
    id: 'fingerprint',
    title: COLUMNS.fingerprint,
    look: LOOKS.long,
    text: ({ fingerprint }) => fingerprint,
    cell: ({ fingerprint }) => mono(fingerprint),
    conditions: ({ fingerprint }) => isValue('fingerprint', fingerprint),
  },
  {
    id: 'bytes',
    title: COLUMNS.bytes,
    look: LOOKS.number,
    text: ({ bytes }) => (bytes === null ? '' : formatBytes(bytes)),
    cell: ({ bytes }) => (bytes === null ? <NotRecorded short /> : formatBytes(bytes)),
    conditions: ({ bytes }) => isQuantity('bytes', bytes),
  },
  {
    id: 'error',
    title: COLUMNS.error,
    look: LOOKS.word,
    text: ({ sqlstate }) => sqlstate ?? '',
    cell: ({ sqlstate }) => mono(sqlstate ?? ''),
    conditions: ({ sqlstate }) => isValue('error', sqlstate),
  },
  {
    id: 'message',
    title: COLUMNS.message,
    look: LOOKS.long,
    text: ({ errorMessage }) => errorMessage ?? '',
  },
  {
    id: 'transaction',
    title: COLUMNS.transaction,
    look: LOOKS.name,
    text: ({ transaction }) => (transaction === null ? '' : COLUMNS.inTransaction[transaction]),
  },
];

const POLICY: readonly Written[] = [
  {
    id: 'rules',
    title: COLUMNS.rules,
    look: LOOKS.name,
    text: ({ rules }) => rules.join(', '),
    conditions: ({ rules }) => areValues('rule', rules),
  },
  {
    id: 'severity',
    title: COLUMNS.severity,
    look: LOOKS.word,
    text: ({ severity }) => severity ?? '',
    conditions: ({ severity }) => isValue('severity', severity),
  },
  {
    id: 'maskedColumns',
    title: COLUMNS.maskedColumns,
    look: LOOKS.name,
    text: ({ maskedColumns }) => maskedColumns.join(', '),
    conditions: ({ maskedColumns }) => areValues('masked', maskedColumns),
  },
  {
    id: 'maskedBy',
    title: COLUMNS.maskedBy,
    look: LOOKS.name,
    text: ({ maskedBy, detectors }) => [...maskedBy, ...detectors].join(', '),
    conditions: ({ maskedBy, detectors }) => areValues('masked', [...maskedBy, ...detectors]),
  },
  {
    id: 'approvers',
    title: COLUMNS.approvers,
    look: LOOKS.name,
    text: ({ approvers }) => approvers.map(({ subject, name }) => name ?? subject).join(', '),
    conditions: ({ approvers }) =>
      areValues(
        'approver',
        approvers.map(({ subject }) => subject),
      ),
  },
];

export const MORE_STATEMENT_COLUMNS: readonly FilterColumn<StatementRow>[] = [
  ...WHERE,
  ...WHAT,
  ...POLICY,
].map((column) => columnOf(column, quiet));
