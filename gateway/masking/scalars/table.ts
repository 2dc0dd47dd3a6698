/** PostgreSQL's own types by OID (pg_type.dat), each with how its values are masked. Json is in json.ts: it has parts. */
import { BITS, BYTEA, UUID } from './bytes.ts';
import { floating, MONEY, NUMERIC } from './decimal.ts';
import { integer } from './integer.ts';
import { INTERVAL, moment, timeOfDay } from './moment.ts';
import { address, hardware } from './network.ts';
import { same, type Scalar, spelled } from './scalar.ts';
import { ONE_BYTE, TEXT, XML } from './text.ts';

/** What names an object by its OID prints `-` for none. */
const NAMED: Scalar = { redacted: spelled('-', [0, 0, 0, 0]) };

/** Those of operators print 0. */
const OPERATOR: Scalar = { redacted: spelled('0', [0, 0, 0, 0]) };

/** What holds a range, or several: nothing. Flag 1 of a range is RANGE_EMPTY. */
const RANGE: Scalar = { redacted: spelled('empty', [1]) };
const RANGES: Scalar = { redacted: spelled('{}', [0, 0, 0, 0]) };

/** A query of nothing cannot be sent in binary: an Int32 count, then for a word its kind, weights, whether a prefix, and the word. */
const TSQUERY: Scalar = { redacted: spelled("'masked'", Buffer.from('\0\0\0\x01\x01\0\0masked\0')) };

/** Shapes at the origin: coordinates are float8, lists of points begin with an Int32 count, a path with whether it is closed. */
const origin = (text: string, floats: number, head: readonly number[] = []): Scalar => ({
  redacted: spelled(text, Buffer.concat([Buffer.from(head), Buffer.alloc(8 * floats)])),
});
/** A line needs a direction: y = 0. */
const LINE = Buffer.alloc(24);
LINE.writeDoubleBE(1, 8);

const TABLE: readonly (readonly [Scalar, ...(readonly number[])])[] = [
  [TEXT, 19, 25, 705, 1042, 1043, 1790, 2275], // name, text, unknown, bpchar, varchar, refcursor, cstring
  [ONE_BYTE, 18],
  [integer(2), 21],
  [integer(4), 23],
  [integer(8), 20],
  [integer(4, false), 26, 28, 29], // oid, xid, cid
  [integer(8, false), 5069], // xid8
  [floating(4), 700],
  [floating(8), 701],
  [NUMERIC, 1700],
  [MONEY, 790],
  [{ redacted: spelled('f', [0]) }, 16], // bool: two values are told apart under any other style
  [moment('date'), 1082],
  [moment('timestamp'), 1114],
  [moment('timestamptz'), 1184],
  [timeOfDay(false), 1083],
  [timeOfDay(true), 1266],
  [INTERVAL, 1186],
  [UUID, 2950],
  [BYTEA, 17],
  [BITS, 1560, 1562],
  [XML, 142],
  [address(true), 650],
  [address(false), 869],
  [hardware(6), 829],
  [hardware(8), 774],
  [{ redacted: spelled('', [0, 0, 0, 0]) }, 3614], // tsvector: no lexeme
  [TSQUERY, 3615],
  [{ redacted: spelled('$', [1, 0x24]) }, 4072], // jsonpath: a version, then the text
  [{ redacted: spelled('0/0', Buffer.alloc(8)) }, 3220], // pg_lsn
  [{ redacted: spelled('(0,0)', Buffer.alloc(6)) }, 27], // tid
  [NAMED, 24, 2202, 2205, 2206, 3734, 3769, 4089, 4096, 4191], // regproc … regcollation
  [OPERATOR, 2203, 2204], // regoper, regoperator
  [RANGE, 3904, 3906, 3908, 3910, 3912, 3926],
  [RANGES, 4451, 4532, 4533, 4534, 4535, 4536],
  [origin('(0,0)', 2), 600],
  [origin('[(0,0),(0,0)]', 4), 601],
  [origin('((0,0))', 2, [1, 0, 0, 0, 1]), 602],
  [origin('(0,0),(0,0)', 4), 603],
  [origin('((0,0))', 2, [0, 0, 0, 1]), 604],
  [origin('<(0,0),0>', 3), 718],
  [{ redacted: spelled('{0,1,0}', LINE) }, 628],
  [{ redacted: same('') }, 2278], // void
];

/** By OID. */
export const SCALARS: ReadonlyMap<number, Scalar> = new Map(
  TABLE.flatMap(([scalar, ...oids]) => oids.map((oid) => [oid, scalar] as const)),
);
