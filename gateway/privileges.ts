/** What a connection's database knows of a policy's masked columns: for `auditorium policy privileges`. */
import type { ConnectionConfig } from './config.ts';
import type { Policy } from './policy/compile.ts';
import { assuranceOf, type ColumnAssurance } from './postgres/catalog/assurance.ts';
import { maskedColumns } from './postgres/catalog/masked-columns.ts';
import { OwnSession } from './postgres/catalog/own-session.ts';
import { privilegeChanges, type PrivilegeChange } from './postgres/catalog/privilege-changes.ts';
import { SharedCatalogs } from './postgres/catalog/shared-catalogs.ts';
import { sourcesOf } from './postgres/lineage/sources-of.ts';
import { connectUpstream } from './postgres/upstream.ts';

/** Longest that logging in may take, ms. */
const LOGIN_MS = 10_000;

export interface Privileges {
  /** Of every column that any rule of the policy masks, whatever sessions it holds for. */
  readonly assurance: readonly ColumnAssurance[];
  /** What would make the database protect those that it does not. */
  readonly changes: readonly PrivilegeChange[];
}

/** Logs in as the gateway does, and asks. Rejects with UpstreamError or CatalogError. */
export async function privilegesOf(connection: ConnectionConfig, policy: Policy): Promise<Privileges> {
  const signal = AbortSignal.timeout(LOGIN_MS);
  const { socket } = await connectUpstream(connection, { parameters: new Map() }, { signal });
  const backend = new OwnSession(socket);
  try {
    const catalogs = new SharedCatalogs({ now: () => performance.now() });
    const catalog = await catalogs.session(connection.name).refresh(backend);
    const masked = maskedColumns(catalog, policy.masks, sourcesOf);
    return {
      assurance: await assuranceOf(policy.masks, catalog, sourcesOf, backend),
      changes: await privilegeChanges(masked, catalog, sourcesOf, backend),
    };
  } finally {
    backend.close();
  }
}
