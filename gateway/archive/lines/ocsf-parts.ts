/** The parts of an OCSF event that tell who, from where and to what: the same for every event of a session. */
import type { RecordedSession } from './record.ts';
import { isIp, isoTime, jobOf, lacks } from './words.ts';

/** OCSF's account type for what signs in without a person. */
const SERVICE_USER = 3;
const PERSON = 1;

/** Without what has no value: OCSF has no nulls. */
export function present<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== null && part !== undefined && !isEmpty(part)),
  ) as Partial<T>;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

/** OCSF `actor`: who the token says it is, else what the agent said of itself. */
export function actorOf({ row }: RecordedSession): object {
  const { identity } = row;
  return present({
    app_name: row.applicationName,
    app_uid: identity?.clientId ?? null,
    session: present({
      uid: row.id,
      uid_alt: identity?.tokenId ?? null,
      issuer: identity?.issuer ?? null,
      created_time: Math.floor(row.started / 1000),
      expiration_time: identity === null ? null : identity.expires * 1000,
      credential_uid: identity?.fingerprint ?? null,
    }),
    user: present({
      name: identity?.subject ?? row.user,
      uid: identity?.subject ?? null,
      uid_alt: identity?.userId ?? null,
      type_id: identity === null ? 0 : identity.userId === null ? SERVICE_USER : PERSON,
      groups: (identity?.groups ?? []).map((name) => ({ name })),
      credential_uid: identity?.fingerprint ?? null,
    }),
  });
}

/** OCSF `src_endpoint`: an import may not know it, and says so. */
export function sourceOf(session: RecordedSession): object {
  if (lacks(session, 'address')) return { name: 'not recorded' };
  const { clientAddress: ip } = session.row;
  const port = session.facts.clientPort;
  return isIp(ip) ? present({ ip, port }) : { name: ip };
}

/** OCSF `database`. */
export function databaseOf({ row, facts }: RecordedSession): object {
  return present({
    name: facts.target?.database ?? row.connection,
    uid: row.connection,
    type_id: 1,
    type: 'Relational',
  });
}

/** OCSF `dst_endpoint`; null where the database was never reached. */
export function targetOf({ facts }: RecordedSession): object | null {
  return facts.target && { hostname: facts.target.host, port: facts.target.port };
}

/** What OCSF has no place for. */
export function unmappedOf(session: RecordedSession): object {
  const { row, facts } = session;
  return present({
    ci_job: jobOf(row),
    ci_provenance: row.ci?.provenance ?? null,
    ci_repository: row.ci?.repository ?? null,
    ci_ref: row.ci?.ref ?? null,
    ci_actor: row.ci?.actor ?? null,
    ci_mismatch: row.ciMismatch,
    user_asserted: row.user,
    scopes: row.identity?.scopes ?? [],
    not_recorded: facts.lacks,
    imported_from: facts.source?.file ?? null,
    session_started: isoTime(row.started),
  });
}
