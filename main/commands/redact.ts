/** `auditorium redact`: takes values out of a closed archive, or has a gateway do it. */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { readKey } from '../../gateway/archive/key-file.ts';
import type { RedactionSelection } from '../../gateway/archive/redaction.ts';
import { finishRedactions, redactClosed } from '../../gateway/archive/sqlite/redact-closed.ts';
import { planRedactions } from '../../gateway/archive/sqlite/redaction-plan.ts';
import { readConfig } from '../../gateway/config.ts';
import { type RedactionRequest, RedactionResult } from '../../gateway/control-schema.ts';
import { factsOf, loadParser } from '../../gateway/postgres/facts.ts';
import { counted } from '../../shared/recording/describe.ts';
import { CommandError } from '../failure.ts';
import { packageOf } from '../package.ts';
import type { RedactFlags } from '../redact-program.ts';
import { note, print, printJson } from '../terminal.ts';
import { ask } from './control.ts';
import { userName } from '../user-name.ts';

/** A gateway writes volumes anew before it answers: minutes, where there are many. */
const PATIENCE_MS = 4 * 3_600_000;

/** Takes out what the flags say, with `--yes`; without it only tells what would go. */
export async function redact(archive: string | null, flags: RedactFlags): Promise<void> {
  const { config, key, by = userName(), reason } = flags;
  const selection = await selectionOf(flags);
  if (config !== undefined && archive === null && key === undefined) {
    const { remote } = flags;
    const request = { ...selection, by, reason, apply: flags.yes, ...(remote && { remote }) };
    return tell(await redactThrough(config, request), flags.json);
  }
  if (config === undefined && archive !== null && key !== undefined)
    return redactArchive(resolve(archive), selection, { key, by, reason, flags });
  throw new CommandError(
    'BAD_USAGE',
    'name an archive and the key that it was recorded with, or the --config of a gateway',
  );
}

/** Has the gateway do it that runs; where none does, its logs are opened here. */
async function redactThrough(config: string, request: RedactionRequest): Promise<RedactionResult> {
  try {
    const special = { patience: PATIENCE_MS, absent: 'EVENT_NOT_FOUND' } as const;
    return await ask({ config, json: false }, 'POST', '/redactions', RedactionResult, request, special);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'GATEWAY_NOT_RUNNING') throw error;
  }
  const { redactStopped } = await import('../../gateway/redact-stopped.ts');
  const { openLog } = await import('../../gateway/gateway.ts');
  return redactStopped(await readConfig(config, process.env), request, {
    software: software(),
    log: openLog('error'),
  });
}

function software(): string {
  return `auditorium ${packageOf(import.meta.dirname).version}`;
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
  const options = { factsOf, keys: { signer }, software: software() };
  finishRedactions(folder, options);
  const { targets, elsewhere, within: _, ...plan } = planRedactions(folder, selection, () => true);
  const redacted = targets.length > 0 && flags.yes;
  if (redacted) redactClosed(folder, targets, { by, reason, time: Date.now() * 1000 }, options);
  const told = { ...plan, elsewhere: [...elsewhere], payloads: targets.length, redacted, remote: NOWHERE };
  tell(told, flags.json);
  if (redacted) note(SPOOL_LEFT);
}

/** An archive alone knows of no store that it was put into. */
const NOWHERE = { destroyed: 0, left: 0, keys: false };

/** What nobody can know here. */
const SPOOL_LEFT =
  'if the spool of the gateway that recorded this still exists, its last files may hold the values: then use --config, or remove it';

/** Prints what went, or would go. */
function tell(result: RedactionResult, json: boolean): void {
  if (json) return printJson(result);
  const { kinds, payloads, sessions, gone, elsewhere, redacted, remote } = result;
  for (const [kind, count] of Object.entries(kinds)) print(`${counted(count, 'payload')} ${kind}`);
  if (gone > 0) print(`${counted(gone, 'payload')} taken out before`);
  for (const event of elsewhere) note(`the value is in event ${event} itself, where it cannot be taken out`);
  if (payloads === 0) return note('nothing is there to be taken out');
  const what = `${counted(payloads, 'payload')} of ${counted(sessions, 'session')}`;
  for (const line of remoteLines(remote, redacted)) note(line);
  if (redacted) print(`${what} taken out`);
  else note(`${what} would be taken out, and nothing was: say so with --yes`);
}

/** What becomes of it in a remote store. */
function remoteLines({ destroyed, left, keys }: RedactionResult['remote'], isDone: boolean): string[] {
  if (destroyed > 0)
    return [
      `all values of ${counted(destroyed, 'session')} in the remote store ${isDone ? 'are taken back: their keys are destroyed' : 'would be taken back with them, by destroying their keys'}`,
    ];
  if (left === 0) return [];
  return [
    `the remote store keeps the values of ${counted(left, 'session')}: ${
      keys
        ? 'one alone cannot be taken out of it. --remote destroy, or auditorium keys destroy, takes back all values of a session there'
        : 'it was put there without keys that could be destroyed (archive.remote.keys), and stays until its locks end'
    }`,
  ];
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
