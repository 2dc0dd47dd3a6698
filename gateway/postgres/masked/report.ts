/**
 * ErrorResponse and NoticeResponse on a session with masked columns (PostgreSQL manual §54.8). What a server says of names and syntax
 * stays, as long as nothing but PostgreSQL's own pure functions ran; what it says of values, and whatever code of the database's own may
 * have put into it, is replaced by what its SQLSTATE says.
 */
import { MESSAGE_HEAD_BYTES } from '../wire/framing.ts';
import { conditionOf } from './conditions.ts';
import type { Lane } from './lane.ts';
import type { Reach } from './reach.ts';
import type { Scrub } from './scrub.ts';

/** A report as it may be shown, and what of it was left out. */
export interface Said {
  readonly wire: Buffer;
  readonly record: Buffer;
  /** In words: message, detail …; empty when nothing was. */
  readonly withheld: readonly string[];
}

/** SQLSTATE classes whose texts show values, or are written by code of the database's own: data, checks, routines, raised ones. */
const OF_VALUES: ReadonlySet<string> = new Set(['22', '23', '2F', '38', '39', '44', 'F0', 'HV', 'P0', 'XX']);

/** Integrity constraints: the message has names alone, the values are in the detail. */
const OF_CONSTRAINTS = '23';

/** Messages without anything in them; who gets one of them from code of the database's own has learnt no more than that it came. */
const FIXED: ReadonlySet<string> = new Set([
  'COPY file signature not recognized',
  'bigint out of range',
  'canceling statement due to lock timeout',
  'canceling statement due to statement timeout',
  'canceling statement due to user request',
  'could not serialize access due to concurrent delete',
  'could not serialize access due to concurrent update',
  'could not serialize access due to read/write dependencies among transactions',
  'current transaction is aborted, commands ignored until end of transaction block',
  'deadlock detected',
  'division by zero',
  'integer out of range',
  'numeric field overflow',
  'smallint out of range',
  'terminating connection due to administrator command',
  'terminating connection due to idle-in-transaction timeout',
]);

/** What plpgsql's RAISE reports as the place in the server's source. */
const RAISE = 'exec_stmt_raise';

/** What an SQLSTATE becomes that PostgreSQL does not have: five characters hold a value, too. */
const RAISED = 'P0001';

const ALWAYS = new Set(['S', 'V', 'F', 'L', 'R', 'P']);

const NAMES = new Map([
  ['s', 'schema'],
  ['t', 'table'],
  ['c', 'column'],
  ['d', 'data type'],
  ['n', 'constraint'],
]);

const TEXTS = new Map([
  ['M', 'message'],
  ['D', 'detail'],
  ['H', 'hint'],
  ['W', 'context'],
  ['p', 'internal position'],
  ['q', 'internal query'],
]);

type Part = readonly [letter: string, value: string];

/** The report masked by what may be in it; `scrub` puts detectors to what stays. */
export function maskReport(message: Buffer, reach: Reach, lane: Lane, scrub: Scrub): Said {
  const parts = partsOf(message);
  const field = (letter: string) => parts.find(([other]) => other === letter)?.[1] ?? '';
  const sqlstate = field('C');
  // Nothing of PostgreSQL itself has a context but what runs within a function, COPY or a foreign table.
  const own = reach !== 'anything' && field('W') === '' && field('R') !== RAISE;
  const shown = own && (reach === 'text' || !OF_VALUES.has(sqlstate.slice(0, 2)));
  const named = own && sqlstate.startsWith(OF_CONSTRAINTS);
  const withheld: string[] = [];
  const kept: Part[] = [];
  for (const [letter, value] of parts) {
    const name = NAMES.get(letter);
    if (ALWAYS.has(letter) || (letter === 'M' && FIXED.has(value))) kept.push([letter, value]);
    else if (letter === 'C') kept.push(['C', conditionOf(value) === null ? RAISED : value]);
    else if (
      !lane.masksColumns ||
      shown ||
      (letter === 'M' && named) ||
      (name !== undefined && (own || isKnownName(letter, field, lane)))
    )
      kept.push([letter, scrub(value)]);
    else {
      withheld.push(name ?? TEXTS.get(letter) ?? letter);
      if (letter === 'M') kept.push(['M', templateOf(sqlstate)]);
    }
  }
  const wire = reportOf(message, kept);
  return { wire, record: withoutToken(message, sqlstate, kept, wire), withheld };
}

function templateOf(sqlstate: string): string {
  return `${conditionOf(sqlstate) ?? 'error'} (the text is withheld: it may show masked values)`;
}

/** A schema, table or column that the catalog has by that name tells nothing that is not known. */
function isKnownName(letter: string, field: (letter: string) => string, { catalog }: Lane): boolean {
  if (catalog === null || letter === 'd' || letter === 'n' || field('s') === '') return false;
  const relation = catalog.relation(field('s'), field('t'));
  if (relation === null) return false;
  return letter !== 'c' || relation.columns.some(({ name }) => name === field('c'));
}

/** The word that a syntax error points to may be a constant, which the record may not hold if policy masked it there. */
function withoutToken(message: Buffer, sqlstate: string, kept: readonly Part[], wire: Buffer): Buffer {
  if (sqlstate !== '42601') return wire;
  const masked = kept.map(([letter, value]): Part =>
    letter === 'M'
      ? ['M', value.replace(/ at or near ".*['$\d].*"/s, ' at or near a constant')]
      : [letter, value],
  );
  return reportOf(message, masked);
}

function partsOf(message: Buffer): Part[] {
  const parts: Part[] = [];
  let at = MESSAGE_HEAD_BYTES;
  while (at < message.length && message[at] !== 0) {
    const end = message.indexOf(0, at + 1);
    if (end < 0) break;
    parts.push([String.fromCharCode(message[at] as number), message.toString('utf8', at + 1, end)]);
    at = end + 1;
  }
  return parts;
}

function reportOf(message: Buffer, parts: readonly Part[]): Buffer {
  const body = Buffer.from(`${parts.map(([letter, value]) => `${letter}${value}\0`).join('')}\0`);
  const head = Buffer.from(message.subarray(0, MESSAGE_HEAD_BYTES));
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
