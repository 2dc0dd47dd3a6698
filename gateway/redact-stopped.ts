/** Takes values out of the archive of a gateway that does not run: its logs are opened for it, and closed again. */
import type { Logger } from 'pino';
import { openSigningKeys } from './archive/key-rotation.ts';
import type { Config } from './config.ts';
import type { RedactionRequest, RedactionResult } from './control-schema.ts';
import { finishLeftOver, spoolOf } from './left-over.ts';
import { Redacting } from './redacting.ts';
import { startRecording, type Recording } from './recording.ts';
import { joinedRedaction } from './redaction-answer.ts';

/** Rejects with ControlError; with SpoolError while a gateway runs. */
export async function redactStopped(
  config: Config,
  request: RedactionRequest,
  { software, log }: { readonly software: string; readonly log: Logger },
): Promise<RedactionResult> {
  const keys = openSigningKeys(config.gateway.key);
  await finishLeftOver(config, { software, keys, log });
  const { archive, volumes, gateway } = config;
  const recordings: Recording[] = [];
  try {
    for (let worker = 0; worker < gateway.workers; worker++)
      recordings.push(
        await startRecording({
          spool: spoolOf(config, worker),
          archive,
          roll: volumes.roll,
          keys,
          anchors: config.anchors,
          durability: gateway.durability,
          software,
          log,
          onFailure: () => {},
        }),
      );
    const open = await Promise.all(recordings.map(async (recording) => (await recording.head()).log));
    const redactings = recordings.map(
      (recording, worker) =>
        new Redacting({ archive, spoolDir: spoolOf(config, worker).dir, recording, log }),
    );
    const answers = await Promise.allSettled(
      redactings.map(async (redacting, worker) => {
        await redacting.resume();
        const result = await redacting.redact({ request, open, closed: worker === 0 });
        await redacting.close();
        return result;
      }),
    );
    return joinedRedaction(answers);
  } finally {
    await Promise.all(recordings.map((recording) => recording.close()));
  }
}
