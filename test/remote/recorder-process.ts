/** A gateway that is killed: records sessions without end, and says of how many events it knows that they are on disk. */
import { setTimeout as pause } from 'node:timers/promises';
import type { RemoteConfig } from '../../gateway/config-remote.ts';
import { agentWorks, record } from './recording.ts';

const [folder = '', remote = ''] = process.argv.slice(2);
const recording = await record({ folder, remote: JSON.parse(remote) as RemoteConfig });
for (;;) {
  agentWorks(recording, 20);
  const { events } = await recording.head();
  process.stdout.write(`${events}\n`);
  await pause(20);
}
