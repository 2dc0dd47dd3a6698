/** Who is there: the agent's token, asked for in the way the gateway or the agent chose, and judged, all in the time it has. */
import type { Verified } from '../identity/verifier.ts';
import { verifyBearerToken } from './bearer-token.ts';
import { askedAuthentication, upstreamParameters, type UpstreamParameters } from './parameters.ts';
import { askPassword } from './password.ts';
import type { Opening, SessionContext } from './session-context.ts';
import { interrupted } from './startup-error.ts';
import { interruption } from './wire/handshake.ts';

/** An agent that is known, and what it asked for. */
export interface Login {
  readonly verified: Verified;
  readonly parameters: UpstreamParameters;
}

/**
 * Judges what the agent asked for at start-up, then its token. Throws ParameterError, StartupError, or what the verifier
 * throws.
 */
export async function authenticate(
  startup: Opening,
  deadline: AbortSignal,
  context: SessionContext,
): Promise<Login> {
  const parameters = upstreamParameters(startup.parameters, context.mode);
  const method = askedAuthentication(startup.parameters) ?? context.authentication;
  const verify = (token: string) => inTime(context.verifier.verify(token), startup, deadline);
  const verified =
    method === 'oauthbearer'
      ? await verifyBearerToken(startup.socket, context.tokenSource, deadline, verify)
      : await verify(await askPassword(startup.socket, { deadline }));
  return { verified, parameters };
}

/** What a verifier says once the time is up is not waited for. */
async function inTime<T>(verified: Promise<T>, { socket }: Opening, deadline: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const abort = () => reject(interrupted(socket, interruption(deadline)));
  if (deadline.aborted) abort();
  deadline.addEventListener('abort', abort);
  try {
    return await Promise.race([verified, late]);
  } finally {
    deadline.removeEventListener('abort', abort);
  }
}
