/** Tokens for the agents of the story, minted by the development issuer of the demo's gateway. */
import { join } from 'node:path';
import { startDevelopmentIssuer } from '../../gateway/identity/issuer.ts';
import { runtimeFileOf } from '../../gateway/identity/issuer-files.ts';
import { mintToken } from '../commands/token.ts';
import type { Job, Who } from './story/stage.ts';

/** How tokens for the story are come by. */
export interface Tokens {
  token(who: Who): Promise<string>;
  jobToken(job: Job): Promise<string>;
}

/** The token issuer of a gateway with this spool. */
export function tokensOf(spool: string): Tokens {
  const runtimeFile = runtimeFileOf(issuerFolder(spool));
  return {
    token: ({ subject, client, groups }) =>
      mintToken({ runtimeFile, sub: subject, clientId: client, groups }, {}),
    jobToken: ({ provider, run, job, ...about }) =>
      mintToken({ runtimeFile, ci: `${provider}:${run}:${job}`, ...about }, {}),
  };
}

/**
 * A token that ran out an hour ago. The issuer is started for it, two hours in the past, before the gateway starts it: it
 * keeps its key and, as a rule, its port, and so its name.
 */
export async function expiredToken(spool: string, who: Who): Promise<string> {
  const past = Date.now() - 2 * 3_600_000;
  const issuer = await startDevelopmentIssuer({
    dir: issuerFolder(spool),
    port: 0,
    listeners: ['127.0.0.1'],
    now: () => past,
  });
  try {
    return await tokensOf(spool).token(who);
  } finally {
    await issuer.close();
  }
}

/** As gateway/config.ts has it. */
function issuerFolder(spool: string): string {
  return join(spool, 'issuer');
}
