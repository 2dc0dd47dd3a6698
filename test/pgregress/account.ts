/** PostgreSQL refuses to run as root, and its tests let it write into their folder: both run as one account. */
import { userInfo } from 'node:os';
import { run } from './command.ts';

/** Empty where this process is not root already. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** The account of server and tests: `nobody` for root, else whoever runs this. */
export async function unprivileged(): Promise<Account> {
  if (userInfo().uid !== 0) return {};
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])]);
  return { uid: Number(uid), gid: Number(gid) };
}
