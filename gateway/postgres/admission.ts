/** Which connection a session asks for, and whether its identity may use it. */
import type { ConnectionConfig } from '../config.ts';
import type { Verified } from '../identity/verifier.ts';
import { SessionRefused } from './refusal.ts';
import type { Opening, SessionContext } from './session-context.ts';

/** The connection the agent named, if its groups let it in. Names are told only to those who proved who they are. */
export function admit(name: string, verified: Verified, context: SessionContext): ConnectionConfig {
  const connection = context.connections.get(name);
  if (connection === undefined) {
    throw new SessionRefused({
      severity: 'FATAL',
      sqlstate: '3D000',
      message: `there is no connection named "${name}"`,
      hint: 'dbname must be the name of a connection that is registered with this gateway.',
    });
  }
  const { groups } = connection;
  if (groups.length > 0 && !groups.some((group) => verified.identity.groups.includes(group))) {
    throw new SessionRefused({
      severity: 'FATAL',
      sqlstate: '42501',
      message: `${verified.identity.subject} may not use the connection "${name}"`,
      detail: `It is open to the groups ${groups.join(', ')}; the token has ${verified.identity.groups.join(', ') || 'none'}.`,
    });
  }
  return connection;
}

/** The name the agent asked for: `dbname`, which defaults to the user as in PostgreSQL. */
export function connectionName(startup: Pick<Opening, 'parameters'>): string {
  return startup.parameters.get('database') ?? startup.parameters.get('user') ?? '';
}
