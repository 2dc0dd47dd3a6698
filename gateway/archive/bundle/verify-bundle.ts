/** Verifies an evidence bundle that somebody sent (docs/format.md §10); what is in memory does not grow with its events. */
import { originOf } from '../../../shared/recording/checkpoint.ts';
import { verdictOf } from '../../../shared/recording/verdict.ts';
import { ArchiveError } from '../archive.ts';
import { Findings } from '../sqlite/verify/findings.ts';
import type { LogResult } from '../sqlite/verify/log-verifier.ts';
import type { Progress, Report, VerifyRequest } from '../sqlite/verify/verify.ts';
import { EVENTS, PROOF, PROOF_FORMAT } from './bundle-files.ts';
import { BundleLog } from './bundle-log.ts';
import { type BundleManifest, checkManifest, type ListedSession, objectOf } from './bundle-manifest.ts';
import { type BundleSource, openBundle } from './bundle-source.ts';
import { DestroyedKeys } from './destroyed-keys.ts';
import { recordsIn } from './event-records.ts';
import { BundleVersionError, readJson, readWhole } from './read-entry.ts';
import { BundleError } from './zip-reader.ts';

/** What a bundle comes to. */
export interface BundleReport extends Report {
  /** Who signed its manifest, on which its renderings rest: a key that was given, one that is not known, nobody. */
  readonly packer: BundleManifest['packer'];
}

/** Verifies the zip, or the folder it was unpacked to. Throws {@link ArchiveError} NOT_FOUND where there is none. */
export async function verifyBundle(
  request: Omit<VerifyRequest, 'needSeals' | 'now'>,
  onProgress?: (progress: Progress) => void,
): Promise<BundleReport> {
  const findings = new Findings();
  const check = new BundleCheck(request, findings, onProgress);
  let packer: BundleManifest['packer'] = 'nobody';
  try {
    const source = await openBundle(request.path);
    try {
      const manifest = await checkManifest(source, request.keys, findings);
      ({ packer } = manifest);
      await check.events(source, manifest);
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof BundleVersionError) findings.add('UNSUPPORTED_VERSION', error.message);
    else if (error instanceof BundleError) findings.add('CORRUPT', error.message);
    else throw absent(error, request.path);
  }
  const all = findings.all();
  return { verdict: verdictOf(all), findings: all, logs: check.results, bytes: check.bytes, packer };
}

function absent(error: unknown, path: string): unknown {
  // Anything but an error of the file system is one of ours.
  if ((error as NodeJS.ErrnoException).syscall === undefined) return error;
  return new ArchiveError('NOT_FOUND', `${path} cannot be read (${(error as Error).message})`, {
    cause: error,
  });
}

class BundleCheck {
  readonly results: LogResult[] = [];
  bytes = 0;
  readonly #request: Omit<VerifyRequest, 'needSeals' | 'now'>;
  readonly #findings: Findings;
  readonly #destroyed = new DestroyedKeys();
  readonly #onProgress: ((progress: Progress) => void) | undefined;

  constructor(
    request: Omit<VerifyRequest, 'needSeals' | 'now'>,
    findings: Findings,
    onProgress: ((progress: Progress) => void) | undefined,
  ) {
    this.#request = request;
    this.#findings = findings;
    this.#onProgress = onProgress;
  }

  async events(source: BundleSource, manifest: BundleManifest): Promise<void> {
    const proof = readJson(await readWhole(source, PROOF), PROOF, PROOF_FORMAT);
    const said = Array.isArray(proof['logs']) ? proof['logs'].map(objectOf) : [];
    const logs: BundleLog[] = [];
    const sessions = new Map<string, ListedSession>();
    for await (const { log, event, payloads } of recordsIn(source.read(EVENTS))) {
      const name = log.toString('hex');
      let current = logs.at(-1);
      if (current?.log !== name) {
        if (current !== undefined && name < current.log)
          this.#findings.add('CORRUPT', 'the logs of the bundle are not in order', { log: name });
        current = this.#begin(log, said);
        logs.push(current);
      }
      current.take(event, payloads);
      this.bytes += event.length + payloads.length;
      this.#onProgress?.({ bytes: this.bytes, volumes: 1, volumesDone: 0 });
    }
    // Only now: one log may tell of keys of another.
    for (const log of logs) this.#finish(log, sessions);
    if (said.map(({ log }) => log).join() !== logs.map(({ log }) => log).join())
      this.#findings.add('CORRUPT', `${PROOF} is about other logs than ${EVENTS}`);
    this.#compareSessions(manifest.sessions, sessions);
  }

  #begin(log: Buffer, said: readonly Readonly<Record<string, unknown>>[]): BundleLog {
    const { keys, anchors } = this.#request;
    const name = log.toString('hex');
    return new BundleLog({
      log,
      said: said.find((one) => one['log'] === name),
      keys,
      anchors: anchors.filter(({ checkpoint }) => checkpoint.origin === originOf(log)),
      findings: this.#findings,
      destroyed: this.#destroyed,
    });
  }

  #finish(log: BundleLog, sessions: Map<string, ListedSession>): void {
    this.results.push(log.finish());
    for (const [id, session] of log.sessions()) sessions.set(id, session);
  }

  #compareSessions(
    named: ReadonlyMap<string, ListedSession>,
    here: ReadonlyMap<string, ListedSession>,
  ): void {
    const same =
      named.size === here.size &&
      [...named].every(
        ([id, { log, events }]) => here.get(id)?.log === log && here.get(id)?.events === events,
      );
    if (!same) this.#findings.add('CORRUPT', `the manifest names other sessions than ${EVENTS} holds`);
  }
}
