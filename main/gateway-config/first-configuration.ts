/** The first auditorium.yaml of somebody who has none, with what it means beside it. */
import type { ConnectionForm, IssuerForm } from '../../shared/api/gateway-settings.ts';
import { withConnection, withIssuer } from './settings-text.ts';

export interface FirstSettings {
  readonly archive: string;
  readonly listen: string;
  readonly connection: ConnectionForm;
  readonly issuer: IssuerForm;
}

/** The policy lies beside it. */
export const FIRST_POLICY = 'policy.yaml';

export function firstConfiguration({ archive, listen, connection, issuer }: FirstSettings): string {
  const frame = `# The gateway of Auditorium: docs/gateway.md says what else can stand here.
gateway:
  # PostgreSQL clients connect here; the database is the name of a connection, the password is a token.
  listen: ${JSON.stringify(listen)}
  # Events that are not in the archive yet.
  spool: { dir: ./spool, limit: 2GiB }

# Where the record is kept: auditorium open shows it.
archive: ${JSON.stringify(archive)}

# Whose tokens are taken.
issuers: []

# Databases, as agents see them.
connections: []

# What agents may do: auditorium policy check says whether it holds together.
policy: ./${FIRST_POLICY}
`;
  return withIssuer(withConnection(frame, null, connection), null, issuer);
}
