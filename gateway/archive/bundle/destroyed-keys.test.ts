import { expect, test } from 'vitest';
import type { EventOf } from '../../../shared/recording/event.ts';
import { decodeEvent } from '../../../shared/recording/codec.ts';
import { readBody } from '../../../shared/recording/record.ts';
import { TestLog } from '../testing.ts';
import { DestroyedKeys } from './destroyed-keys.ts';

test('what a log has of a session behind the event that tells of its key is not excused by it', () => {
  const log = new TestLog(5);
  const session = log.session(1);
  const told = {
    log: log.log,
    session: Buffer.from(session.hex, 'hex'),
    keys: [],
    by: 'ada',
    reason: 'asked',
  };
  log.event('logOpened');
  const { bytes } = readBody(log.event('keysDestroyed', told));
  const event = decodeEvent(bytes) as EventOf<'keysDestroyed'>;
  const destroyed = new DestroyedKeys();
  destroyed.tell(event);
  const name = Buffer.from(log.log).toString('hex');
  const isExcused = [event.index - 1, event.index + 1].map(
    (index) => destroyed.why(name, session.hex, index) !== null,
  );
  expect([...isExcused, destroyed.why(name, null, 0)]).toEqual([true, false, null]);
});
