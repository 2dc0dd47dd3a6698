/**
 * A gateway to be killed: loads, waits until it is told which configuration to run, and says where it listens. The next
 * one can load while this one is at work, so that a round takes as long as its load.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import { parseConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { Recorder } from '../../gateway/recorder/recorder.ts';

/** What the process says once it takes agents. */
export interface Listening {
  readonly port: number;
  readonly archive: string;
}

/** How long a gateway that forwards first takes to write what it forwarded, ms. */
const LATE_MS = 5;

// For tests that prove that they would notice.
if (process.env['FORWARD_FIRST'] !== undefined) {
  // oxlint-disable-next-line typescript/unbound-method -- called with the `this` it was called with
  const { whenSafe } = Recorder.prototype;
  Recorder.prototype.whenSafe = function (this: Recorder, what, forward) {
    forward();
    setTimeout(() => whenSafe.call(this, what, () => {}), LATE_MS);
  };
}

process.once('message', (path: string) => {
  const config = parseConfig(readFileSync(path, 'utf8'), dirname(path), process.env);
  void startGateway(config, { log: pino({ level: 'silent' }), software: 'test' }).then(
    ({ listen, archive }) => process.send?.({ port: listen.port, archive } satisfies Listening),
  );
});
process.once('disconnect', () => process.exit());
