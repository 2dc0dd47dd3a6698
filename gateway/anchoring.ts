/** Tells others how far a log is: each new checkpoint is offered to every anchor of the configuration, and what came of it recorded. */
import type { Logger } from 'pino';
import { parseCheckpoint } from '../shared/recording/checkpoint.ts';
import { parseKey, parseNote } from '../shared/recording/note.ts';
import { type Anchor, fileAnchor, logAnchor } from './anchors/anchor.ts';
import { type Outcome, Schedule } from './anchors/schedule.ts';
import { witnessAnchor, WitnessError } from './anchors/witness.ts';
import { sha256, verifyEd25519 } from './archive/ed25519.ts';
import type { AnchorConfig } from './config-archive.ts';
import { say } from './log.ts';
import type { Recorder } from './recorder/recorder.ts';
import type { Shipping } from './shipping.ts';

/** A busy log is left with files and logs at least this often, events. */
const EVENTS = { local: 1_000, witness: Infinity };

/** Of one anchor no more is recorded than an event in so long, ms. */
const RECORD_MS = 60_000;

export interface AnchoringOptions {
  readonly anchors: readonly AnchorConfig[];
  readonly recorder: Recorder;
  readonly shipping: Pick<Shipping, 'ask'>;
  readonly log: Logger;
}

export interface Anchoring {
  /** Whether what comes of it is still recorded: not in a log that is about to be closed. */
  record: boolean;
  /** A new checkpoint of the log: its signed note. */
  offer(note: string): void;
  /** Leaves the last one with whoever answers soon. */
  close(): Promise<void>;
}

export function startAnchoring(options: AnchoringOptions): Anchoring {
  const schedules = options.anchors.map((config) => {
    const anchor = anchorOf(config, options);
    const tell = teller(anchor, options);
    return new Schedule({
      anchor,
      every: config.every,
      events: config.kind === 'witness' ? EVENTS.witness : EVENTS.local,
      clock: CLOCK,
      told: (outcome) => tell(outcome, anchoring.record),
    });
  });
  const anchoring: Anchoring = {
    record: true,
    offer(note) {
      if (schedules.length === 0) return;
      const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '');
      if (checkpoint === null) return;
      for (const schedule of schedules) schedule.offer({ ...checkpoint, note });
    },
    async close() {
      await Promise.all(schedules.map((schedule) => schedule.close()));
    },
  };
  return anchoring;
}

/** Monotonic, so that a wall clock that is set back holds nothing up. */
const CLOCK = {
  now: () => performance.now(),
  after(ms: number, run: () => void) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

function anchorOf(config: AnchorConfig, { shipping, log }: AnchoringOptions): Anchor {
  if (config.kind === 'file') return fileAnchor(config.path);
  if (config.kind === 'log') return logAnchor((line) => say(log, 'info', 'anchor.checkpoint', line));
  const key = parseKey(sha256, config.key);
  if (key === null) throw new TypeError(`${config.key} is no verifier key`); // the configuration was checked
  return witnessAnchor({
    url: config.url,
    key,
    fetch,
    prove: (from, to) => shipping.ask('prove', { from, to }),
    crypto: { sha256, verify: verifyEd25519 },
  });
}

/** Records and logs how it went with one anchor: what changes, and once in a while that all is well. */
function teller(
  { kind, target }: Anchor,
  { recorder, shipping, log }: AnchoringOptions,
): (outcome: Outcome, record: boolean) => void {
  let recordedAt = -Infinity;
  let recorded: string | null = null;
  let said: string | null = null;
  return (outcome, record) => {
    const { size, root } = outcome.checkpoint;
    const error = outcome.error?.message ?? null;
    if (outcome.error === null && outcome.cosigned !== null) keep(shipping, outcome.cosigned, log);
    if (error !== said) sayOf(log, { kind, target }, outcome.error);
    said = error;
    const now = CLOCK.now();
    if (!record || now - recordedAt < RECORD_MS || (error !== null && error === recorded)) return;
    recorder.record('anchored', { kind, target, size, root, error });
    recordedAt = now;
    recorded = error;
  };
}

function sayOf(log: Logger, anchor: Pick<Anchor, 'kind' | 'target'>, error: Error | null): void {
  if (error === null) return say(log, 'info', 'anchor.restored', `${anchor.target} takes checkpoints again`);
  const contradicts = error instanceof WitnessError && error.code === 'WITNESS_CONTRADICTS';
  const code = error instanceof WitnessError ? { code: error.code } : {};
  say(log, contradicts ? 'error' : 'warn', 'anchor.failed', error.message, { ...anchor, ...code });
}

/** A cosignature that cannot be kept is with the witness all the same, and the next one comes within minutes. */
function keep(shipping: Pick<Shipping, 'ask'>, note: string, log: Logger): void {
  shipping.ask('keepCheckpoint', { note }).catch((error: unknown) => {
    say(log, 'warn', 'anchor.failed', `a cosignature was not kept: ${String(error)}`);
  });
}
