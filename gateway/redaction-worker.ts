/** The thread that looks for values in an archive, or writes its volumes anew without them: see redacting.ts. */
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { ArchiveError, type ArchiveErrorCode } from './archive/archive.ts';
import { signerOf } from './archive/ed25519.ts';
import type { SigningKeys } from './archive/key-rotation.ts';
import {
  type LoggedRedaction,
  RedactionError,
  type RedactionErrorCode,
  type RedactionPlan,
  type RedactionSelection,
} from './archive/redaction.ts';
import { listVolumes } from './archive/sqlite/archive-events.ts';
import { mustBeClosed } from './archive/sqlite/redact-closed.ts';
import { redactVolume } from './archive/sqlite/redact.ts';
import { planRedactions } from './archive/sqlite/redaction-plan.ts';
import { SEAL_SUFFIX } from './archive/sqlite/verify/seal.ts';
import { factsOf, loadParser } from './postgres/facts.ts';

/** What is to be done, in the archive's folder. */
export type RedactionTask = {
  readonly archive: string;
  readonly keys: SigningKeys;
  /** Logs (hex) that are written now: of these no volume is touched that has not ended. */
  readonly open: readonly string[];
} & (
  | {
      readonly find: RedactionSelection;
      /** The log (hex) that is looked through. */
      readonly log: string;
      /** Whether closed logs of the same key are, too. */
      readonly closed: boolean;
    }
  | { readonly redact: readonly LoggedRedaction[] }
);

export type RedactionReport =
  | { readonly plan: RedactionPlan }
  | { readonly done: true }
  | { readonly failed: string; readonly code: ArchiveErrorCode | RedactionErrorCode | null };

const port = parentPort;
if (port === null) throw new Error('redaction-worker runs as a worker thread');
const task = workerData as RedactionTask;
const signer = signerOf(task.keys.current);

try {
  port.postMessage((await run()) satisfies RedactionReport);
} catch (error) {
  const code = error instanceof ArchiveError || error instanceof RedactionError ? error.code : null;
  const failed = error instanceof Error ? error.message : String(error);
  port.postMessage({ failed, code } satisfies RedactionReport);
}

async function run(): Promise<RedactionReport> {
  if ('find' in task) {
    const { find, log, closed, open } = task;
    const isMeant = (other: string) => other === log || (closed && !open.includes(other) && isOurs(other));
    return { plan: planRedactions(task.archive, find, isMeant) };
  }
  await loadParser();
  redact(task.redact);
  return { done: true };
}

/** Closed, and signed with the gateway's key: others are their owners' to redact. */
function isOurs(log: string): boolean {
  try {
    mustBeClosed(task.archive, log, { signer });
    return true;
  } catch (error) {
    if (error instanceof RedactionError) return false;
    throw error;
  }
}

function redact(redactions: readonly LoggedRedaction[]): void {
  const byLog = Map.groupBy(redactions, ({ log }) => log);
  for (const { path, log, sealed } of listVolumes(task.archive)) {
    const own = byLog.get(log);
    if (own === undefined || (sealed === null && task.open.includes(log))) continue;
    // Who writes the log would seal what is being replaced here.
    if (sealed !== null && task.open.includes(log) && !existsSync(path + SEAL_SUFFIX))
      throw new ArchiveError('BUSY', `${path} is not sealed yet: it is being read; try again in a moment`);
    redactVolume(path, own, { factsOf, keys: { signer } });
  }
}
