/** Why a gateway could not start, or not do what it was told. */
export class GatewayError extends Error {
  readonly code:
    | 'PORT_TAKEN'
    | 'CANNOT_LISTEN'
    | 'CONTROL_TAKEN'
    | 'CONTROL_UNSAFE'
    | 'TLS_UNUSABLE'
    | 'UNSUPPORTED'
    | 'WORKER_FAILED';
  constructor(code: GatewayError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GatewayError';
    this.code = code;
  }
}

/** An address that cannot be listened on, with what to do about it. */
export function cannotListen(where: string, setting: string, cause: NodeJS.ErrnoException): GatewayError {
  if (cause.code !== 'EADDRINUSE')
    return new GatewayError('CANNOT_LISTEN', `cannot listen on ${where}: ${cause.message}`, { cause });
  return new GatewayError(
    'PORT_TAKEN',
    `another program listens on ${where}; stop it or set ${setting} to another port`,
    { cause },
  );
}
