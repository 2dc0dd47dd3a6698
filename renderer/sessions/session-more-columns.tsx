/** Columns of the session list that are hidden until somebody wants them. */
import type { SessionRow } from '../../shared/api/session.ts';
import { PolicyName } from '../ui/decision-marks.tsx';
import { formatBytes, formatCount, formatExact } from '../ui/format.ts';
import { COLUMNS } from '../words/columns.ts';
import { mono, quiet, timeCell } from './cells.tsx';
import { areValues, isAny, isTime, isValue } from './conditions.ts';
import { columnOf, LOOKS, type FilterColumn } from './filter-column.ts';

type Written = Parameters<typeof columnOf<SessionRow>>[0];

const WHO: readonly Written[] = [
  {
    id: 'issuer',
    title: COLUMNS.issuer,
    look: LOOKS.long,
    text: ({ identity }) => identity?.issuer ?? '',
    conditions: ({ identity }) => isValue('issuer', identity?.issuer ?? null),
  },
  {
    id: 'client',
    title: COLUMNS.client,
    look: LOOKS.name,
    text: ({ identity }) => identity?.clientId ?? '',
    conditions: ({ identity }) => isValue('client', identity?.clientId ?? null),
  },
  {
    id: 'person',
    title: COLUMNS.person,
    look: LOOKS.name,
    text: ({ identity }) => identity?.userId ?? '',
    conditions: ({ identity }) =>
      identity === null || identity.userId === null ? [] : isValue('token', identity.userId),
  },
  {
    id: 'groups',
    title: COLUMNS.groups,
    look: LOOKS.name,
    text: ({ identity }) => identity?.groups.join(', ') ?? '',
    conditions: ({ identity }) => areValues('group', identity?.groups ?? []),
  },
  {
    id: 'token',
    title: COLUMNS.token,
    look: LOOKS.name,
    text: ({ identity }) => identity?.fingerprint ?? '',
    cell: ({ identity }) => mono(identity?.fingerprint.slice(0, 16) ?? ''),
    conditions: ({ identity }) => isValue('token', identity?.fingerprint ?? null),
  },
];

const WHERE: readonly Written[] = [
  {
    id: 'provenance',
    title: COLUMNS.provenance,
    look: LOOKS.word,
    text: ({ ci }) => (ci === null ? COLUMNS.noJob : COLUMNS[ci.provenance]),
    conditions: ({ ci }) => isValue('ci', ci?.provenance ?? 'none'),
  },
  {
    id: 'run',
    title: COLUMNS.run,
    look: LOOKS.word,
    text: ({ ci }) => ci?.run ?? '',
    conditions: ({ ci }) => isValue('run', ci?.run ?? null),
  },
  {
    id: 'repository',
    title: COLUMNS.repository,
    look: LOOKS.name,
    text: ({ ci }) => ci?.repository ?? '',
    conditions: ({ ci }) => isValue('repo', ci?.repository ?? null),
  },
  { id: 'ref', title: COLUMNS.ref, look: LOOKS.name, text: ({ ci }) => ci?.ref ?? '' },
  { id: 'actor', title: COLUMNS.actor, look: LOOKS.name, text: ({ ci }) => ci?.actor ?? '' },
  {
    id: 'user',
    title: COLUMNS.user,
    look: LOOKS.name,
    text: ({ user }) => user,
    conditions: ({ user }) => isValue('user', user),
  },
  {
    id: 'dbUser',
    title: COLUMNS.dbUser,
    look: LOOKS.name,
    text: ({ dbUser }) => dbUser ?? '',
    conditions: ({ dbUser }) => (dbUser === null ? [] : isValue('user', dbUser)),
  },
  {
    id: 'application',
    title: COLUMNS.application,
    look: LOOKS.name,
    text: ({ applicationName }) => applicationName,
    conditions: ({ applicationName }) => isValue('app', applicationName),
  },
  {
    id: 'address',
    title: COLUMNS.address,
    look: LOOKS.name,
    text: ({ clientAddress }) => clientAddress,
    conditions: ({ clientAddress }) => isValue('address', clientAddress),
  },
];

const WHAT: readonly Written[] = [
  {
    id: 'ended',
    title: COLUMNS.ended,
    look: LOOKS.time,
    text: ({ ended }) => (ended === null ? '' : formatExact(ended)),
    cell: ({ ended }) => (ended === null ? quiet('') : timeCell(ended)),
    conditions: ({ ended }) => isTime(ended),
  },
  {
    id: 'bytes',
    title: COLUMNS.bytes,
    look: LOOKS.number,
    text: ({ bytes }) => formatBytes(bytes),
    conditions: ({ bytes }) => isAny('bytes', bytes, 'bytes>0'),
  },
  { id: 'events', title: COLUMNS.events, look: LOOKS.number, text: ({ events }) => formatCount(events) },
  {
    id: 'denied',
    title: COLUMNS.denied,
    look: LOOKS.number,
    text: ({ denied }) => formatCount(denied),
    conditions: ({ denied }) => isAny('policy', denied, 'policy:denied'),
  },
  {
    id: 'held',
    title: COLUMNS.held,
    look: LOOKS.number,
    text: ({ held }) => formatCount(held),
    conditions: ({ held }) => isAny('policy', held, 'policy:held'),
  },
  {
    id: 'masked',
    title: COLUMNS.masked,
    look: LOOKS.number,
    text: ({ masked }) => formatCount(masked),
    conditions: ({ masked }) => isAny('masked', masked, 'masked:*'),
  },
  {
    id: 'policyName',
    title: COLUMNS.policyName,
    look: LOOKS.name,
    text: ({ policy }) => (policy === null ? '' : `${policy.hash} ${policy.mode}`),
    cell: ({ policy }) =>
      policy === null ? quiet('') : <PolicyName hash={policy.hash} mode={policy.mode} />,
  },
  { id: 'source', title: COLUMNS.source, look: LOOKS.long, text: ({ imported }) => imported?.file ?? '' },
  {
    id: 'session',
    title: COLUMNS.session,
    look: LOOKS.long,
    text: ({ id }) => id,
    cell: ({ id }) => mono(id),
    conditions: ({ id }) => isValue('session', id),
  },
];

export const MORE_SESSION_COLUMNS: readonly FilterColumn<SessionRow>[] = [...WHO, ...WHERE, ...WHAT].map(
  (column) => columnOf(column, quiet),
);
