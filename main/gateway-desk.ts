/** The desk for the gateway that somebody named when they opened the app. */
import { readSettings } from '../gateway/config.ts';
import { ApprovalDesk } from './approval-desk.ts';

/** How a gateway is named; with neither there is none. */
export interface GatewayNamed {
  /** The configuration it was started with. */
  readonly config: string | null;
  /** Its control socket, where that is not the configuration's. */
  readonly control: string | null;
}

/** `openUrl` shows an address in the person's browser, where the host does that. Rejects with ConfigError. */
export async function deskOf(
  { config, control }: GatewayNamed,
  openUrl?: (url: string) => void,
): Promise<ApprovalDesk> {
  if (config === null && control === null) return new ApprovalDesk({ socket: null, signIn: null });
  const socket = control ?? (config === null ? null : (await readSettings(config)).gateway.control);
  // Loaded only here: it takes an OIDC client, which looking at an archive does not.
  const { signInOf } = await import('./identity/sign-in.ts');
  const signIn = await signInOf(config, process.env);
  return new ApprovalDesk({ socket, signIn, ...(openUrl === undefined ? {} : { openUrl }) });
}

const CONFIG = '--gateway-config=';
const CONTROL = '--gateway-control=';

/** As arguments of a process that shows the app. */
export function gatewayArguments({ config, control }: GatewayNamed): string[] {
  return [...(config === null ? [] : [CONFIG + config]), ...(control === null ? [] : [CONTROL + control])];
}

/** What {@link gatewayArguments} wrote. */
export function gatewayNamedIn(argv: readonly string[]): GatewayNamed {
  const after = (prefix: string) =>
    argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length) ?? null;
  return { config: after(CONFIG), control: after(CONTROL) };
}
