/** A log of sessions that do, at random, all that matters to what a volume tells of them, one in the middle of the other. */
import { TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import type { EventInput } from '../../shared/recording/event.ts';
import type { Dice } from '../torture/dice.ts';

/** Steps after which a session is likely to have ended. */
const STEPS = 25;
const SESSIONS_AT_ONCE = 4;

export interface RandomLog {
  readonly log: TestLog;
  /** Bodies of spool records, in the order of the log. */
  readonly bodies: readonly Uint8Array[];
}

/**
 * About `length` events. Before each of the events `rollsAt`, a `volumeRolled` is written; its numbers count from
 * `firstNumber`, so that a writer takes them for its own (1) or for somebody else's.
 */
export function randomLog(
  dice: Dice,
  length: number,
  { rollsAt, firstNumber = 1 }: { readonly rollsAt: readonly number[]; readonly firstNumber?: number },
): RandomLog {
  const log = new TestLog(3);
  const bodies: Uint8Array[] = [log.event('logOpened', { boot: 1 })];
  const open: Generator<Uint8Array>[] = [];
  const rolls = [...rollsAt];
  let sessions = 0;
  const roll = () => {
    rolls.shift();
    const number = firstNumber + rollsAt.length - rolls.length - 1;
    bodies.push(log.event('volumeRolled', { number, checkpoint: null, reason: 'statements' }));
  };
  while (bodies.length < length || open.length > 0) {
    if (bodies.length < length && open.length < SESSIONS_AT_ONCE)
      open.push(sessionEvents(log.session(++sessions), dice));
    if (bodies.length >= (rolls[0] ?? Infinity)) roll();
    const session = open[dice.below(open.length)] as Generator<Uint8Array>;
    const next = session.next();
    if (next.done === true) open.splice(open.indexOf(session), 1);
    else bodies.push(next.value);
  }
  bodies.push(log.event('logClosed', { sessions: 0 }));
  return { log, bodies };
}

/** What a session knows of itself. */
interface State {
  readonly session: TestSession;
  readonly dice: Dice;
  /** Names given, with the sequence of the event that holds the text. */
  readonly names: Map<string, number>;
  /** Number of the first statement of the open transaction; null outside. */
  began: number | null;
}

function* sessionEvents(session: TestSession, dice: Dice): Generator<Uint8Array> {
  const state: State = { session, dice, names: new Map(), began: null };
  yield session.event('sessionOpened', { connection: `c${dice.below(3)}` });
  yield session.event('identity', {
    subject: `agent ${dice.below(3)}`,
    fingerprint: new Uint8Array(32).fill(dice.below(3)),
  });
  if (dice.below(2) === 0) yield session.event('ciContext', { run: String(dice.below(3)) });
  yield session.event('policyApplied');
  const steps = [simple, simple, several, named, named, inline, sqlPrepared, held, functionCall, transaction];
  for (let i = dice.below(2 * STEPS); i >= 0; i--)
    yield* (steps[dice.below(steps.length)] as (state: State) => Generator<Uint8Array>)(state);
  if (state.began !== null) yield* rollBack(state);
  yield session.event('sessionClosed', { outcome: dice.below(2) === 0 ? 'completed' : 'disconnected' });
}

const status = ({ began }: State) => (began === null ? 'I' : 'T');

function textOf({ dice }: State): string {
  const verb = ['select a from', 'delete from', 'update', 'insert into'][dice.below(4)] ?? '';
  return `${verb} t${dice.below(6)} where x = '${'v'.repeat(dice.below(200))}'`;
}

function outcome(state: State, fields: Partial<EventInput<'outcome'>> = {}): Uint8Array {
  const failed = state.dice.below(6) === 0;
  const end = failed ? { status: 'failed', sqlstate: '42P01' } : { rows: state.dice.below(50), bytes: 100 };
  return state.session.outcome({ tag: 'SELECT 1', transaction: status(state), ...end, ...fields });
}

function* simple(state: State): Generator<Uint8Array> {
  yield state.session.query(textOf(state));
  if (state.dice.below(4) === 0)
    yield state.session.columnsMasked([`public.t${state.dice.below(6)}.x`], 'pii');
  if (state.dice.below(3) > 0) return yield outcome(state);
  yield outcome(state, { transaction: null });
  yield state.session.event('ready', { transaction: status(state) });
}

/** Two statements in one Query; sometimes the second is never reached. */
function* several(state: State): Generator<Uint8Array> {
  yield state.session.query(`${textOf(state)}; ${textOf(state)}`);
  const both = state.dice.below(2) === 0;
  yield outcome(state, { transaction: both ? null : status(state) });
  if (both) yield outcome(state, { ordinal: 1 });
}

/** A prepared statement of the protocol: given, used, or closed. */
function* named(state: State): Generator<Uint8Array> {
  const { session, names, dice } = state;
  const name = `s${dice.below(3)}`;
  const parsedAt = names.get(name);
  if (parsedAt === undefined) {
    names.set(name, session.sequence);
    return yield session.event('parse', { name, text: Buffer.from(textOf(state)) });
  }
  if (dice.below(4) === 0) {
    names.delete(name);
    return yield session.event('close', { target: 'S', name });
  }
  yield session.event('statement', {
    statement: ++session.statements,
    protocol: 'extended',
    name,
    portal: '',
    parsedAt,
  });
  yield outcome(state);
}

/** Text, parameters and all in one event; its text may be used again. */
function* inline(state: State): Generator<Uint8Array> {
  const { session, names, dice } = state;
  const name = dice.below(2) === 0 ? '' : `i${dice.below(2)}`;
  if (name !== '') names.set(name, session.sequence);
  const text = Buffer.from(textOf(state));
  yield session.event('statement', {
    statement: ++session.statements,
    protocol: 'extended',
    name,
    portal: '',
    text,
  });
  yield outcome(state, { transaction: null });
  yield session.event('ready', { transaction: status(state) });
}

/** SQL that prepares a statement, and SQL that runs it. */
function* sqlPrepared(state: State): Generator<Uint8Array> {
  const { session, names } = state;
  const at = names.get('sql');
  yield session.query(at === undefined ? 'prepare sql as x' : 'execute sql');
  const { statements: statement, sequence } = session;
  if (at === undefined) {
    names.set('sql', sequence);
    yield session.event('prepared', {
      target: 'S',
      name: 'sql',
      statement,
      ordinal: 0,
      text: Buffer.from(textOf(state)),
    });
  } else yield session.event('runs', { statement, ordinal: 0, target: 'S', name: 'sql', at });
  yield outcome(state);
}

function* held(state: State): Generator<Uint8Array> {
  const { session, dice } = state;
  const statement = session.statements + 1;
  const early = dice.below(2) === 0;
  const decision = () =>
    session.event('decision', { statement, effect: 'hold', rules: ['where'], severity: 'high' });
  if (early) yield decision();
  yield session.query(textOf(state));
  if (!early) yield decision();
  yield session.holdEnded(dice.below(2) === 0 ? 'approved' : 'rejected');
  yield outcome(state);
}

function* functionCall(state: State): Generator<Uint8Array> {
  const { session, dice } = state;
  yield session.event('functionCall', {
    statement: ++session.statements,
    function: 1 + dice.below(3),
    message: Buffer.from('m'),
  });
  yield outcome(state);
}

function* transaction(state: State): Generator<Uint8Array> {
  const { session, dice } = state;
  if (state.began === null) {
    yield session.query('begin');
    state.began = session.statements;
    return yield session.outcome({ tag: 'BEGIN', transaction: 'T' });
  }
  if (dice.below(2) === 0) return yield* rollBack(state);
  yield session.query('commit');
  state.began = null;
  yield session.outcome({ tag: 'COMMIT', transaction: 'I' });
}

function* rollBack(state: State): Generator<Uint8Array> {
  const { session } = state;
  yield session.query('rollback');
  const last = session.statements;
  yield session.outcome({ tag: 'ROLLBACK', transaction: null });
  yield session.event('transactionEnded', {
    outcome: 'rolled back',
    cause: 'rollback',
    first: (state.began ?? last) + 1,
    firstOrdinal: 0,
    last: last - 1,
    lastOrdinal: 0,
  });
  state.began = null;
  yield session.event('ready', { transaction: 'I' });
}
