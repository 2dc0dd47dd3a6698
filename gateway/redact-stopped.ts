/** Takes values out of the archive of a gateway that does not run, or destroys keys: its logs are opened for it, and closed again. */
import type { Logger } from 'pino';
import { openSigningKeys } from './archive/key-rotation.ts';
import type { Config } from './config.ts';
import type { KeysRequest, KeysResult, RedactionRequest, RedactionResult } from './control-schema.ts';
import { KeyDestroying } from './key-destroying.ts';
import { finishLeftOver, spoolOf } from './left-over.ts';
import { Redacting } from './redacting.ts';
import { startRecording, type Recording } from './recording.ts';
import { joinedKeys, joinedRedaction } from './redaction-answer.ts';

interface Surroundings {
  readonly software: string;
  readonly log: Logger;
}

/** Rejects with ControlError; with SpoolError while a gateway runs. */
export async function redactStopped(
  config: Config,
  request: RedactionRequest,
  surroundings: Surroundings,
): Promise<RedactionResult> {
  const answers = await withStopped(config, surroundings, async ({ redacting }, which) => {
    await redacting.resume();
    return redacting.redact({ request, ...which });
  });
  return joinedRedaction(answers);
}

/** The same for keys of sessions. */
export async function destroyKeysStopped(
  config: Config,
  request: KeysRequest,
  surroundings: Surroundings,
): Promise<KeysResult> {
  const answers = await withStopped(config, surroundings, async ({ keys }, which) => {
    await keys.resume();
    return keys.run({ request, ...which });
  });
  return joinedKeys(answers);
}

async function withStopped<T>(
  config: Config,
  { software, log }: Surroundings,
  act: (
    parts: { readonly redacting: Redacting; readonly keys: KeyDestroying },
    which: { readonly open: readonly string[]; readonly closed: boolean },
  ) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  const signing = openSigningKeys(config.gateway.key);
  await finishLeftOver(config, { software, keys: signing, log });
  const { archive, volumes, gateway } = config;
  const recordings: Recording[] = [];
  try {
    for (let worker = 0; worker < gateway.workers; worker++)
      recordings.push(
        await startRecording({
          spool: spoolOf(config, worker),
          archive,
          roll: volumes.roll,
          remote: volumes.remote,
          keys: signing,
          anchors: config.anchors,
          durability: gateway.durability,
          software,
          log,
          onFailure: () => {},
        }),
      );
    const open = await Promise.all(recordings.map(async (recording) => (await recording.head()).log));
    return await Promise.allSettled(
      recordings.map(async (recording, worker) => {
        const own = { archive, spoolDir: spoolOf(config, worker).dir, recording, log };
        const keys = new KeyDestroying({ ...own, remote: volumes.remote });
        const redacting = new Redacting({ ...own, keys });
        try {
          return await act({ redacting, keys }, { open, closed: worker === 0 });
        } finally {
          await redacting.close();
          await keys.close();
        }
      }),
    );
  } finally {
    await Promise.all(recordings.map((recording) => recording.close()));
  }
}
