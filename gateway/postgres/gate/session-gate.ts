/** Puts a session under the policy of its gateway. */
import type { ConnectionConfig } from '../../config.ts';
import type { Verified } from '../../identity/verifier.ts';
import type { HashKeys } from '../../masking/hash-keys.ts';
import type { Subject } from '../../policy/session-policy.ts';
import type { SessionRecorder } from '../../recorder/recorder.ts';
import type { SharedCatalogs } from '../catalog/shared-catalogs.ts';
import type { CiAssertions } from '../ci-assertions.ts';
import type { TextReader } from '../facts/text-reader.ts';
import type { GateSurroundings } from '../relay.ts';
import type { SessionContext } from '../session-context.ts';
import type { Upstream } from '../upstream.ts';
import { PolicyGate } from './gate.ts';
import { lanes } from './lanes.ts';
import type { GateOptions, PolicySource } from './surroundings.ts';

/** What sessions share that are under a policy. */
export interface Policed extends PolicySource {
  readonly reader: TextReader;
  readonly catalogs: SharedCatalogs;
  readonly keys: HashKeys;
}

/** Who the session is, where it comes from and goes to. */
export interface Policing {
  readonly policed: Policed;
  readonly connection: ConnectionConfig;
  readonly verified: Verified;
  readonly ci: CiAssertions;
  readonly address: string;
  readonly session: SessionRecorder;
  readonly upstream: Upstream;
  readonly holds: SessionContext['holds'];
}

/** The gate of one session. */
export function gateOf(policing: Policing, wire: GateSurroundings): PolicyGate {
  const { policed, connection, session, upstream, holds } = policing;
  const options: GateOptions = {
    source: policed,
    subject: subjectOf(policing),
    asker: askerOf(policing),
    session,
    reader: policed.reader,
    catalogs: policed.catalogs.session(connection.name),
    schemaChanged: () => policed.catalogs.invalidate(connection.name),
    laneOf: lanes(policed.keys.session(), policed.keys.archive),
    holds,
    now: Date.now,
    conforming: upstream.parameters.get('standard_conforming_strings') === 'on',
    reportsSearchPath: upstream.parameters.has('search_path'),
  };
  return new PolicyGate(options, wire);
}

function subjectOf({ verified: { identity }, connection, ci }: Policing): Subject {
  const { issuer, subject, clientId, groups } = identity;
  const { job } = ci;
  return {
    issuer,
    subject,
    clientId,
    groups,
    connection: connection.name,
    ci:
      job === null
        ? null
        : {
            attested: job.attested,
            provider: job.provider,
            repository: job.repository,
            job: job.path,
            ref: job.ref,
          },
  };
}

function askerOf({ verified: { identity }, ci: { job }, address }: Policing): GateOptions['asker'] {
  const { issuer, subject, clientId, groups, userId } = identity;
  return {
    issuer,
    subject,
    clientId,
    userId,
    groups,
    address,
    ci: job === null ? null : { attested: job.attested, job: job.path, actor: job.actor },
  };
}
