/** `auditorium gateway status|sessions|kill|revoke|reload`: what is asked of a running gateway over its control socket. */
import type { z } from 'zod';
import { parseDuration, readSettings } from '../../gateway/config.ts';
import {
  LiveSessionList,
  LiveSessionRow,
  Readiness,
  Reloaded,
  RevocationRequest,
  Revoked,
  type WorkerState,
} from '../../gateway/control-schema.ts';
import { duration, grouped } from '../../shared/recording/describe.ts';
import { askGateway, type ControlQuestion } from '../control-client.ts';
import { CommandError } from '../failure.ts';
import { listing, type Column } from '../listing.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';
import { userName } from '../user-name.ts';

export interface ControlOptions {
  /** The configuration of the gateway that is meant. */
  readonly config: string;
  readonly json: boolean;
}

interface ReasonedOptions extends ControlOptions {
  readonly reason: string;
}

/** Prints how it is; fails with GATEWAY_NOT_READY when agents should not be sent there. */
export async function status(options: ControlOptions): Promise<void> {
  const state = await ask(options, 'GET', '/ready', Readiness);
  const { ready, draining, listen, archive, workers } = state;
  if (options.json) printJson(state);
  else {
    const word = ready ? 'ready' : draining ? 'about to end' : 'not ready';
    print(`gateway on ${listen}, records to ${archive}: ${word}`);
    for (const line of listing(columnsFor(workers), workers, terminalWidth())) print(line);
  }
  if (ready) return;
  const problems = workers.flatMap(({ worker, problem }) =>
    problem === null ? [] : [`worker ${worker}: ${problem}`],
  );
  throw new CommandError('GATEWAY_NOT_READY', problems.join('; ') || 'it takes no sessions any more');
}

export async function sessions(options: ControlOptions): Promise<void> {
  const { sessions: live } = await ask(options, 'GET', '/sessions', LiveSessionList);
  if (options.json) for (const session of live) printJson(session);
  else if (live.length === 0) note('no session lives');
  else for (const line of listing(SESSIONS, live, terminalWidth())) print(line);
}

/** `id` may be the beginning of a session's id. */
export async function kill(id: string, options: ReasonedOptions): Promise<void> {
  const body = { by: userName(), reason: options.reason };
  const path = `/sessions/${encodeURIComponent(id)}`;
  const ended = await ask(options, 'DELETE', path, LiveSessionRow, body);
  if (options.json) printJson({ ended: ended.id });
  else print(`session ${ended.id} of ${ended.subject} ended`);
}

export async function revoke(
  what: string,
  value: string,
  options: ReasonedOptions & { readonly for: string },
): Promise<void> {
  const held = parseDuration(options.for);
  if (held === null) throw new CommandError('BAD_DURATION', `${options.for} is no duration such as 1h or 7d`);
  const request = RevocationRequest.safeParse({
    what,
    value,
    by: userName(),
    reason: options.reason,
    duration: held,
  });
  if (!request.success)
    throw new CommandError('BAD_USAGE', `${what} is not fingerprint, tokenId, subject or clientId`);
  const { ended } = await ask(options, 'POST', '/revocations', Revoked, request.data);
  if (options.json) printJson({ ended });
  else print(`revoked; ${ended} live ${ended === 1 ? 'session' : 'sessions'} ended`);
}

export async function reload(options: ControlOptions): Promise<void> {
  const result = await ask(options, 'POST', '/reload', Reloaded);
  if (options.json) return printJson(result);
  const { applied, kept } = result;
  print(applied.length === 0 ? 'nothing to take over has changed' : `taken over: ${applied.join(', ')}`);
  if (kept.length > 0) note(`kept as it was until the gateway is started again: ${kept.join(', ')}`);
}

/** Asks the gateway of a configuration, as the person who signed in where it asks for one. Rejects with {@link CommandError}. */
export async function ask<T>(
  { config }: ControlOptions,
  method: string,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
  special?: Pick<ControlQuestion<T>, 'patience' | 'absent'>,
): Promise<T> {
  const { gateway } = await readSettings(config);
  const question = { method, path, schema, body, ...special };
  try {
    return await askGateway(gateway.control, question);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'NOT_SIGNED_IN') throw error;
    // Loaded only here: where no roles are configured nobody signs in to operate.
    const { signInOf } = await import('../identity/sign-in.ts');
    const token = await (await signInOf(config, process.env)).token();
    if (token === null) throw error;
    return askGateway(gateway.control, { ...question, token });
  }
}

/** What is said of workers: of a remote store only where there is one. */
function columnsFor(workers: readonly WorkerState[]): readonly Column<WorkerState>[] {
  const isRemote = workers.some(({ remote }) => remote !== null);
  return [...WORKERS, ...(isRemote ? [STORE] : []), PROBLEM];
}

const WORKERS: readonly Column<WorkerState>[] = [
  { title: 'WORKER', value: ({ worker }) => String(worker), right: true },
  { title: 'PID', value: ({ pid }) => String(pid ?? ''), right: true },
  { title: 'SESSIONS', value: ({ sessions: live }) => grouped(live), right: true },
  { title: 'UNSHIPPED BYTES', value: ({ unshipped }) => grouped(unshipped), right: true },
  { title: 'LAG', value: ({ lag }) => duration(Math.round(lag * 1e6)), right: true },
];

const STORE: Column<WorkerState> = {
  title: 'STORE LACKS',
  value: ({ remote }) => (remote === null ? '' : grouped(remote.lacks)),
  right: true,
};

const PROBLEM: Column<WorkerState> = {
  title: 'PROBLEM',
  value: ({ problem, remote }) => problem ?? remote?.failure ?? '',
  wide: true,
};

/** An id begins with 12 digits of time; with 4 of chance it stands for one session, and `kill` takes it. */
const SHORT_ID = 16;

const SESSIONS: readonly Column<LiveSessionRow>[] = [
  { title: 'SESSION', value: ({ id }) => id.slice(0, SHORT_ID) },
  { title: 'AGENT', value: ({ subject }) => subject },
  { title: 'JOB', value: ({ job }) => job ?? '', spare: 4 },
  { title: 'CONNECTION', value: ({ connection }) => connection, spare: 3 },
  { title: 'FROM', value: ({ address, port }) => `${address}:${port}`, spare: 2 },
  { title: 'AGE', value: ({ since }) => age(Date.now() - since), right: true },
  { title: 'STATEMENTS', value: ({ statements }) => grouped(statements), right: true, spare: 1 },
  { title: 'DOES', value: does, wide: true },
];

function does({ inFlight, transaction }: LiveSessionRow): string {
  if (inFlight !== null) return `statement ${inFlight.statement} for ${age(inFlight.duration)}`;
  return transaction === 'I' ? 'idle' : transaction === 'T' ? 'in a transaction' : 'in a failed transaction';
}

function age(milliseconds: number): string {
  return duration(Math.max(0, Math.round(milliseconds)) * 1000);
}
