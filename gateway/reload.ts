/** What of a new configuration a running gateway can take over. */
import { isDeepStrictEqual } from 'node:util';
import { developmentIssuer, type Config } from './config.ts';
import { ControlError, type Reloaded } from './control-schema.ts';

type GatewayKey = keyof Config['gateway'];

/** Settings that hold for sessions from now on. All others are built into what runs. */
const CHANGEABLE: ReadonlySet<GatewayKey> = new Set<GatewayKey>([
  'mode',
  'tls',
  'drain',
  'log',
  'limits',
  'authentication',
  'oauth',
]);

export interface Reload extends Reloaded {
  /** The new configuration with what was kept put back. */
  readonly config: Config;
}

/** Throws {@link ControlError} CONFIG_INVALID for what cannot be taken over in part. */
export function reloadOf(running: Config, written: Config, issuerRuns: boolean): Reload {
  if (developmentIssuer(written) !== null && !issuerRuns) {
    throw new ControlError(
      'CONFIG_INVALID',
      'issuers: a development issuer is started with the gateway only',
    );
  }
  const keys = new Set([...Object.keys(running.gateway), ...Object.keys(written.gateway)] as GatewayKey[]);
  const changed = [...keys].filter((key) => !isDeepStrictEqual(running.gateway[key], written.gateway[key]));
  const kept = changed.filter((key) => !CHANGEABLE.has(key));
  const applied = changed.filter((key) => CHANGEABLE.has(key)).map((key) => `gateway.${key}`);
  for (const section of ['issuers', 'connections', 'roles', 'approvals'] as const)
    if (!isDeepStrictEqual(running[section], written[section])) applied.push(section);
  if (!isDeepStrictEqual(running.stream, written.stream)) applied.push('gateway.stream');
  if (running.policy?.text !== written.policy?.text) applied.push('policy');
  const { archive, volumes, anchors } = running;
  const built = isDeepStrictEqual(
    { archive, volumes },
    { archive: written.archive, volumes: written.volumes },
  )
    ? []
    : ['archive'];
  if (!isDeepStrictEqual(anchors, written.anchors)) built.push('anchors');
  return {
    applied,
    kept: [...kept.map((key) => `gateway.${key}`), ...built],
    config: { ...written, archive, volumes, anchors, gateway: withKept(running, written, kept) },
  };
}

function withKept(running: Config, written: Config, kept: readonly GatewayKey[]): Config['gateway'] {
  const gateway: Record<string, unknown> = { ...written.gateway };
  for (const key of kept) {
    if (running.gateway[key] === undefined) delete gateway[key];
    else gateway[key] = running.gateway[key];
  }
  return gateway as unknown as Config['gateway'];
}
