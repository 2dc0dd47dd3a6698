/** A configuration that was sent to another process: objects arrive there as what can be seen of them, without methods. */
import type { Config } from './config.ts';
import { PasswordCommand } from './postgres/password-command.ts';

/** The configuration as it was before it was sent, its password commands ready to run. */
export function received(config: Config): Config {
  return {
    ...config,
    connections: config.connections.map(({ password, ...connection }) => ({
      ...connection,
      ...(password !== undefined && { password: runnable(password) }),
    })),
    issuers: config.issuers.map(({ introspection, ...issuer }) => ({
      ...issuer,
      ...(introspection !== undefined && {
        introspection: { ...introspection, clientSecret: runnable(introspection.clientSecret) },
      }),
    })),
  };
}

/** The configuration knows no other secret than text and command (config-password.ts). */
function runnable(secret: string | object): string | PasswordCommand {
  if (typeof secret === 'string') return secret;
  const { argv, dir } = secret as PasswordCommand;
  return new PasswordCommand(argv, dir);
}
