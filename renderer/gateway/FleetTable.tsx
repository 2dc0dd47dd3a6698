/** One line a gateway; what is wrong with it stands below it, in words. */
import { CircleAlert, CircleCheck, CircleDashed, Unplug } from 'lucide-react';
import { Fragment } from 'react';
import type { FleetGateway } from '../../shared/api/fleet.ts';
import { formatCount, formatDateTime, formatDuration, formatNumberOf } from '../ui/format.ts';
import { FLEET } from '../words/fleet.ts';
import { shownLine } from './shown-line.ts';

const { columns } = FLEET;
const NUMBERS: ReadonlySet<string> = new Set([columns.sessions, columns.waiting]);

const GLYPH = 14;
const MICROS_OF_MS = 1_000;
const MICROS_OF_S = 1e6;

/** A gateway that keeps up ships four times a second, s. */
const LEVEL_S = 1;

export function FleetTable({ gateways }: { readonly gateways: readonly FleetGateway[] }) {
  return (
    <table className="gateway-table" data-testid="fleet">
      <thead>
        <tr>
          {Object.values(columns).map((title) => (
            <th key={title} scope="col" className={NUMBERS.has(title) ? 'number' : ''}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {gateways.map((gateway) => (
          <Fragment key={gateway.name}>
            <Row gateway={gateway} />
            {wrongs(gateway).map((words) => (
              <tr key={words} className="fleet-wrong">
                <td colSpan={Object.keys(columns).length}>
                  <span className="tone-error" role="alert">
                    ✕ {words}
                  </span>
                </td>
              </tr>
            ))}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function Row({ gateway }: { readonly gateway: FleetGateway }) {
  const { name, software, sessions, waiting, address, listen } = gateway;
  const quiet = gateway.state === 'linked' ? '' : 'cell-quiet';
  return (
    <tr data-testid="fleet-gateway">
      <th scope="row" className="fleet-name">
        {name}
      </th>
      <td>
        <LinkMark gateway={gateway} />
      </td>
      <td className={quiet}>{software === null ? '–' : shownLine(software)}</td>
      <td className={`number ${quiet}`}>{formatCount(sessions)}</td>
      <td className={`number ${quiet}`}>{formatCount(waiting)}</td>
      <td className={quiet}>{behind(gateway)}</td>
      <td className={quiet}>
        <PolicyCell policy={gateway.policy} />
      </td>
      <td className={quiet} title={listen ?? undefined}>
        {address ?? '–'}
      </td>
    </tr>
  );
}

function LinkMark({ gateway: { state, since, why, ready } }: { readonly gateway: FleetGateway }) {
  const time = since === null ? '' : FLEET.since(formatDateTime(since * MICROS_OF_MS));
  if (state === 'never')
    return (
      <span className="mark tone-unknown" title={FLEET.neverMeans}>
        <CircleDashed size={GLYPH} aria-hidden />
        {FLEET.states.never}
      </span>
    );
  if (state === 'away')
    return (
      <span className="mark tone-write" title={why ?? undefined}>
        <Unplug size={GLYPH} aria-hidden />
        {FLEET.states.away} <span className="cell-quiet">{time}</span>
        {why === null ? null : <span className="cell-quiet">· {shownLine(why)}</span>}
      </span>
    );
  return (
    <span className={`mark ${ready ? 'tone-approved' : 'tone-error'}`}>
      {ready ? <CircleCheck size={GLYPH} aria-hidden /> : <CircleAlert size={GLYPH} aria-hidden />}
      {FLEET.states.linked} <span className="cell-quiet">{time}</span>
    </span>
  );
}

function PolicyCell({ policy }: { readonly policy: FleetGateway['policy'] }) {
  if (policy === null || policy.hash === null) return <>{policy === null ? '–' : FLEET.noPolicy}</>;
  const { hash, version, offered, refused } = policy;
  return (
    <>
      <code title={hash}>{hash.slice(0, 8)}</code>{' '}
      <span className="cell-quiet">
        {version === null ? FLEET.ownPolicy : FLEET.fleetPolicy(versionTime(version))}
      </span>
      {offered !== null && offered !== version && refused === null ? (
        <span className="tone-write"> ⚠ {FLEET.offered(versionTime(offered))}</span>
      ) : null}
    </>
  );
}

/** Versions are when a policy was signed, ms. */
function versionTime(version: number): string {
  return formatDateTime(version * MICROS_OF_MS);
}

function behind({ state, lag, remote }: FleetGateway): string {
  if (state === 'never') return '–';
  const local = lag < LEVEL_S ? FLEET.level : formatDuration(Math.round(lag * MICROS_OF_S));
  if (remote === null || remote.lacks === 0) return local;
  return `${local} · ${FLEET.remoteLacks(formatNumberOf(remote.lacks, 'event'))}`;
}

function wrongs({ state, ready, draining, problem, remote, policy, clash }: FleetGateway): string[] {
  const linked = state === 'linked';
  return [
    ...(linked && !ready
      ? [problem === null ? (draining ? FLEET.draining : FLEET.notReady) : shownLine(problem)]
      : []),
    ...(linked && remote !== null && remote.failure !== null
      ? [FLEET.remoteFails(shownLine(remote.failure))]
      : []),
    ...(policy !== null && policy.refused !== null ? [FLEET.refused(shownLine(policy.refused.why))] : []),
    ...(clash === null ? [] : [FLEET.clash(clash.address, formatDateTime(clash.at * MICROS_OF_MS))]),
  ];
}
