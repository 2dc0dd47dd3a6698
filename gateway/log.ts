/** The gateway's log: one JSON line a fact, on stderr, for operators and their alerts. Nothing is logged per statement. */
import { destination, pino, type DestinationStream, type Logger } from 'pino';

/** What every line is called: searches and alerts are written against these. Names are added, never changed. */
export type LogEvent =
  | 'anchor.checkpoint'
  | 'anchor.failed'
  | 'anchor.restored'
  | 'approval.opened'
  | 'approval.decided'
  | 'approval.refused'
  | 'approval.ended'
  | 'bucket.put'
  | 'bucket.removed'
  | 'bucket.left'
  | 'bucket.failed'
  | 'bucket.restored'
  | 'hold.placed'
  | 'hold.lifted'
  | 'stream.failed'
  | 'stream.restored'
  | 'stream.retried'
  | 'stream.died'
  | 'remote.failed'
  | 'remote.restored'
  | 'remote.left'
  | 'remote.suspicious'
  | 'keys.destroyed'
  | 'keys.failed'
  | 'fleet.linked'
  | 'fleet.lost'
  | 'fleet.failed'
  | 'fleet.policy'
  | 'fleet.read'
  | 'fleet.refused'
  | 'gateway.ready'
  | 'gateway.draining'
  | 'gateway.closed'
  | 'config.reloaded'
  | 'config.refused'
  | 'connection.open'
  | 'policy.warning'
  | 'control.failed'
  | 'control.refused'
  | 'redaction.done'
  | 'redaction.failed'
  | 'recorder.failed'
  | 'core-dumps.on'
  | 'heads.failed'
  | 'key.replaced'
  | 'key.kept'
  | 'retention.expired'
  | 'retention.failed'
  | 'session.opened'
  | 'session.refused'
  | 'session.ended'
  | 'session.killed'
  | 'sessions.refused'
  | 'shipper.failed'
  | 'archive.incomplete'
  | 'spool.left-over'
  | 'spool.full'
  | 'spool.low'
  | 'spool.recovered'
  | 'token.revoked'
  | 'webhook.failed'
  | 'worker.died'
  | 'worker.failed'
  | 'worker.restarted';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug';

/** A second net under the rule that no line is given a secret: fields of these names are cut, one level deep too. */
const SECRET_NAMES = [
  'password',
  'token',
  'secret',
  'clientSecret',
  'authorization',
  'key',
  'privateKey',
  'proof',
];

/** `level` as in the configuration. Written at once, so that the last lines of a process that dies are there. */
export function openLog(level: string, to: DestinationStream = destination({ dest: 2, sync: true })): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    },
    to,
  );
}

/** Writes one line. Fields have the same names everywhere: `session`, `connection`, `address`, `reason`, `worker`. */
export function say(
  log: Logger,
  level: Level,
  event: LogEvent,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  log[level]({ event, ...fields }, message);
}
