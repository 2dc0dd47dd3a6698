/** `auditorium approvals`: the statements that wait for a reviewer, in a terminal. */
import { readSettings } from '../../gateway/config.ts';
import type { RequestRow, Verdict } from '../../shared/approvals/request.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { duration } from '../../shared/recording/describe.ts';
import {
  decideOn,
  followRequests,
  type GatewayAccess,
  listRequests,
  showRequest,
} from '../control-approvals.ts';
import { CommandError } from '../failure.ts';
import { signInOf } from '../identity/sign-in.ts';
import { listing, type Column } from '../listing.ts';
import { note, print, printJson, terminalWidth } from '../terminal.ts';
import { descriptionOf } from './approval-text.ts';

/** Characters of a statement in a line about it. */
const MAX_PREVIEW = 200;

/** Which gateway, and how its answers are shown. */
export interface InboxOptions {
  readonly config?: string;
  readonly control?: string;
  readonly json: boolean;
}

/** Those that are pending; with `all` those decided lately too, with `watch` every change to come. */
export async function inbox(
  options: InboxOptions & { readonly all: boolean; readonly watch: boolean },
): Promise<void> {
  if (options.watch) return watch(options);
  const rows = await asked(options, (access) => listRequests(access));
  const shown = rows.filter(({ state }) => options.all || state === 'pending');
  if (options.json) for (const row of shown) printJson(row);
  else if (shown.length === 0) note('nothing waits for a decision');
  else printTable(shown);
}

export async function show(id: string, options: InboxOptions): Promise<void> {
  const request = await asked(options, (access) => showRequest(access, id));
  if (options.json) printJson(request);
  else for (const line of descriptionOf(request)) print(line);
}

/** Says how the request stands then: a quorum may want more. */
export async function decide(
  id: string,
  verdict: Verdict,
  options: InboxOptions & { readonly reason: string },
): Promise<void> {
  const { reason } = options;
  const token = await tokenOf(options);
  if (token === null) throw notSignedIn(options);
  const row = await decideOn({ socket: await socketOf(options), token }, id, { verdict, reason });
  if (options.json) return printJson(row);
  const approvals = row.votes.filter((vote) => vote.verdict === 'approve').length;
  if (row.state === 'pending') print(`${id} has ${approvals} of ${row.quorum} approvals`);
  else print(`${id} is ${row.state}: ${row.outcome}`);
}

async function watch(options: InboxOptions & { readonly all: boolean }): Promise<void> {
  const left = new AbortController();
  const stop = () => left.abort();
  process.once('SIGINT', stop);
  try {
    // Whether a token is needed shows at the first question, before the stream begins.
    const access = await asked(options, async (tried) => (await listRequests(tried), tried));
    for await (const news of followRequests(access, left.signal)) {
      const rows = news.kind === 'changed' ? [news.request] : news.requests;
      const shown = rows.filter(({ state }) => news.kind === 'changed' || options.all || state === 'pending');
      if (options.json) for (const row of shown) printJson(row);
      else if (news.kind === 'changed') for (const row of shown) print(changeOf(row));
      else if (shown.length > 0) printTable(shown);
    }
  } finally {
    process.off('SIGINT', stop);
  }
  if (!left.signal.aborted) note('the gateway has ended');
}

/** Asks without a token first, as most gateways let their own user look; with it where that does not do. */
async function asked<T>(options: InboxOptions, ask: (access: GatewayAccess) => Promise<T>): Promise<T> {
  const socket = await socketOf(options);
  try {
    return await ask({ socket, token: null });
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'NOT_SIGNED_IN') throw error;
    const token = await tokenOf(options);
    if (token === null) throw notSignedIn(options);
    return ask({ socket, token });
  }
}

async function socketOf({ config, control }: InboxOptions): Promise<string> {
  if (control !== undefined) return control;
  if (config !== undefined) return (await readSettings(config)).gateway.control;
  throw new CommandError('BAD_USAGE', 'give --config or --control: which gateway is meant');
}

async function tokenOf({ config }: InboxOptions): Promise<string | null> {
  return (await signInOf(config ?? null, process.env)).token();
}

function notSignedIn({ config }: InboxOptions): CommandError {
  const how = config === undefined ? 'auditorium login' : `auditorium login --config ${config}`;
  return new CommandError('NOT_SIGNED_IN', `this takes a token of your own; run: ${how}`);
}

function printTable(rows: readonly RequestRow[]): void {
  for (const line of listing(COLUMNS, rows, terminalWidth())) print(line);
}

function changeOf({ id, state, asker, connection, preview, outcome, votes, quorum }: RequestRow): string {
  if (state !== 'pending') return `${id} is ${state}: ${outcome}`;
  if (votes.length > 0) return `${id} has ${votes.length} of ${quorum} approvals`;
  return `${id} waits: ${asker.subject} on ${connection}: ${visibleLine(preview, MAX_PREVIEW)}`;
}

const COLUMNS: readonly Column<RequestRow>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'AGENT', value: ({ asker }) => asker.subject },
  { title: 'JOB', value: ({ asker }) => asker.job ?? '', spare: 2 },
  { title: 'CONNECTION', value: ({ connection }) => connection, spare: 3 },
  { title: 'DOES', value: ({ verbs, tables }) => [...new Set(verbs), ...tables].join(' '), wide: true },
  { title: 'RULE', value: ({ rules }) => rules.join(', '), spare: 1 },
  { title: 'STATE', value: stateOf },
];

function stateOf({ state, deadline }: RequestRow): string {
  if (state !== 'pending') return state;
  const left = Math.max(0, deadline - Date.now());
  return `${duration(Math.round(left / 1000) * 1_000_000)} left`;
}
