/** `auditorium redact`: takes values out of a closed archive, or has a gateway do it. */
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { readKey } from '../../gateway/archive/key-file.ts';
import type { RedactionPlan, RedactionSelection } from '../../gateway/archive/redaction.ts';
import { finishRedactions, redactClosed } from '../../gateway/archive/sqlite/redact-closed.ts';
import { planRedactions } from '../../gateway/archive/sqlite/redaction-plan.ts';
import { factsOf, loadParser } from '../../gateway/postgres/facts.ts';
import { counted } from '../../shared/recording/describe.ts';
import { CommandError } from '../failure.ts';
import { packageOf } from '../package.ts';
import type { RedactFlags } from '../redact-program.ts';
import { note, print, printJson } from '../terminal.ts';

/** Takes out what the flags say, or with neither `--yes` nor a single event only tells what would go. */
export async function redact(archive: string | null, flags: RedactFlags): Promise<void> {
  const { config, key, by = userInfo().username, reason } = flags;
  const selection = await selectionOf(flags);
  if (config === undefined && archive !== null && key !== undefined)
    return redactArchive(resolve(archive), selection, { key, by, reason, flags });
  throw new CommandError(
    'BAD_USAGE',
    'name an archive and the key it was recorded with, or a gateway’s --config',
  );
}

interface ClosedCommand {
  readonly key: string;
  readonly by: string;
  readonly reason: string;
  readonly flags: RedactFlags;
}

async function redactArchive(
  path: string,
  selection: RedactionSelection,
  { key, by, reason, flags }: ClosedCommand,
): Promise<void> {
  const folder = folderOf(path);
  const { signer } = readKey(key);
  await loadParser();
  const software = `auditorium ${packageOf(import.meta.dirname).version}`;
  const options = { factsOf, keys: { signer }, software };
  finishRedactions(folder, options);
  const plan = planRedactions(folder, selection, () => true);
  const isDone = plan.targets.length > 0 && (flags.yes || selection.event !== null);
  if (isDone) redactClosed(folder, plan.targets, { by, reason, time: Date.now() * 1000 }, options);
  tell(plan, isDone, flags.json);
}

/** Prints what went, or would go. */
function tell(
  { targets, kinds, sessions, gone, elsewhere }: RedactionPlan,
  isDone: boolean,
  json: boolean,
): void {
  const payloads = targets.length;
  if (json) return printJson({ redacted: isDone, payloads, kinds, sessions, gone, elsewhere });
  for (const [kind, count] of Object.entries(kinds)) print(`${counted(count, 'payload')} ${kind}`);
  if (gone > 0) print(`${counted(gone, 'payload')} taken out before`);
  for (const event of elsewhere) note(`the value is in event ${event} itself, where it cannot be taken out`);
  if (payloads === 0) return note('nothing is there to be taken out');
  const what = `${counted(payloads, 'payload')} of ${counted(sessions, 'session')}`;
  if (isDone) print(`${what} taken out`);
  else note(`${what} would be taken out, and nothing was: say so with --yes`);
}

async function selectionOf(flags: RedactFlags): Promise<RedactionSelection> {
  const { event, field = null, session = null, filter = null, value, keepRest } = flags;
  return {
    event: event === undefined ? null : eventOf(event),
    field,
    session,
    filter,
    value: value === '-' ? (await text(process.stdin)).replace(/\r?\n$/, '') : (value ?? null),
    keepRest,
  };
}

function eventOf(written: string): { readonly log: string | null; readonly index: number } {
  const [, log, index] = /^(?:([0-9a-f]{1,32}):)?(\d{1,15})$/i.exec(written) ?? [];
  if (index === undefined)
    throw new CommandError('BAD_USAGE', `${written} is no event: write its number, or LOG:NUMBER`);
  return { log: log?.toLowerCase() ?? null, index: Number(index) };
}

/** Volumes repeat events of others, so all of a folder are looked at, whichever is named. */
function folderOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new CommandError('ARCHIVE_NOT_FOUND', `there is no archive at ${path}`);
  return found.isDirectory() ? path : dirname(path);
}
