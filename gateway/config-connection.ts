/**
 * A connection in auditorium.yaml: where the database is and how the gateway proves itself there. Settings that libpq has
 * too carry libpq's names and meaning (PostgreSQL manual §32.1.2 "Parameter Key Words").
 */
import { resolve } from 'node:path';
import { z } from 'zod';
import { expected, name, names, path, port } from './config-values.ts';
import type { PasswordCommand } from './postgres/password-command.ts';

/** TLS towards the database (PostgreSQL manual, "SSL Support", table of sslmode). */
export type SslMode = (typeof SSL_MODES)[number];
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** What a server may ask for, in the words of libpq's `require_auth`; `password` is cleartext, `none` is nothing at all. */
export type AuthMethod = (typeof AUTH_METHODS)[number];
const AUTH_METHODS = ['scram-sha-256', 'md5', 'password', 'none'] as const;

/** Whether SCRAM must be tied to the TLS connection it runs in, so that nobody in between can pass it on. */
export type ChannelBindingUse = (typeof CHANNEL_BINDING_USES)[number];
const CHANNEL_BINDING_USES = ['disable', 'prefer', 'require'] as const;

/** `postgres` asks for TLS first; `direct` begins with TLS, as servers from PostgreSQL 17 on accept. */
export type SslNegotiation = (typeof SSL_NEGOTIATIONS)[number];
const SSL_NEGOTIATIONS = ['postgres', 'direct'] as const;

/** A target as agents see it by `name`, with its real credentials. All paths are absolute. */
export interface ConnectionConfig {
  readonly name: string;
  /** Host name or address; a path starting with `/` is the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Absent only where `auth` has `none`. */
  readonly password?: string | PasswordCommand;
  readonly auth: readonly AuthMethod[];
  readonly channelBinding: ChannelBindingUse;
  readonly sslmode: SslMode;
  readonly sslnegotiation: SslNegotiation;
  /** PEM file of the authorities to trust, or `system` for those that this machine trusts. */
  readonly sslrootcert?: string;
  /** PEM files of the gateway's own certificate and its key. */
  readonly sslcert?: string;
  readonly sslkey?: string;
  /** An agent needs one of these; empty: anyone with a valid token. */
  readonly groups: readonly string[];
}

const words = <const Words extends readonly string[]>(known: Words) =>
  z.enum(known, expected(`one of ${known.join(', ')}`));

const PASSWORD_PLACES =
  'text in quotes, { env: VARIABLE }, { file: PATH } or { command: [PROGRAM, ARGUMENT, …] }';

/** Where a password is: here, in the environment, in a file, in the desktop app’s keychain, or what a command prints. */
export const password = z
  .union(
    [
      z.string(),
      z.strictObject({ env: z.string().min(1) }),
      z.strictObject({ file: z.string().min(1) }),
      z.strictObject({ keychain: z.string().min(1) }),
      z.strictObject({ command: z.tuple([z.string().min(1)], z.string()) }),
    ],
    expected(PASSWORD_PLACES),
  )
  .meta({ notation: PASSWORD_PLACES });

const shape = z.strictObject(
  {
    name: name.describe('What agents give as `dbname`.'),
    host: z
      .string(expected('a host'))
      .min(1, expected('a host'))
      .describe(
        'Name or address of the database; a path that begins with `/` is the folder of a Unix socket.',
      ),
    port: port(1).default(5432).describe('Its port.'),
    database: z
      .string(expected('a database'))
      .min(1, expected('a database'))
      .describe('The database’s own name.'),
    user: z
      .string(expected('a user'))
      .min(1, expected('a user'))
      .describe('Who the gateway is there; agents can do what this user may.'),
    password: password
      .optional()
      .describe(
        'Its password. A command is run when it is needed, and its answer kept a minute; files must be yours alone (mode 0600), or root’s (0640). `{ keychain: NAME }` is what the [desktop app](desktop.md) writes, for a gateway that it runs.',
      ),
    auth: z
      .array(words(AUTH_METHODS), expected(`a list of ${AUTH_METHODS.join(', ')}`))
      .nonempty(expected(`a list of ${AUTH_METHODS.join(', ')}`))
      .default(['scram-sha-256'])
      .describe(
        'What the server may ask for; anything else ends the attempt. `password` is sent over TLS or loopback only.',
      ),
    channel_binding: words(CHANNEL_BINDING_USES)
      .default('prefer')
      .describe('Whether SCRAM is tied to the certificate of the server (SCRAM-SHA-256-PLUS).'),
    sslmode: words(SSL_MODES)
      .optional()
      .describe(
        'TLS towards the database, as libpq means it: `prefer` by default, `verify-full` with `sslrootcert: system`.',
      ),
    sslnegotiation: words(SSL_NEGOTIATIONS)
      .default('postgres')
      .describe('`direct` is TLS from the first byte (PostgreSQL 17 and later).'),
    sslrootcert: path
      .optional()
      .describe('Whom to believe: a PEM file of root certificates, or `system` for those of this machine.'),
    sslcert: path.optional().describe('The gateway’s own certificate, PEM.'),
    sslkey: path.optional().describe('Its private key, PEM.'),
    groups: names('group')
      .default([])
      .describe('An agent needs one of these groups. **Empty, every agent with a valid token may connect.**'),
  },
  expected('a mapping'),
);

/** One item of `connections`. */
export const connection = shape
  // As in libpq, who trusts this machine's authorities means one host: anyone can get a certificate from them.
  .transform(({ sslmode, ...rest }) => ({
    ...rest,
    sslmode: sslmode ?? (rest.sslrootcert === 'system' ? ('verify-full' as const) : ('prefer' as const)),
  }))
  .superRefine((written, context) => {
    for (const { key, message } of contradictions(written)) {
      context.addIssue({ code: 'custom', path: [key], message });
    }
  });
type WrittenConnection = z.output<typeof connection>;

interface Contradiction {
  readonly key: string;
  readonly message: string;
}

/** Settings that cannot be kept together: found here, not when the first agent connects. */
function contradictions(written: WrittenConnection): Contradiction[] {
  const { sslmode, sslrootcert, sslcert, sslkey, sslnegotiation, auth } = written;
  const verifies = sslmode.startsWith('verify');
  const demandsTls = verifies || sslmode === 'require';
  const found: (Contradiction | false)[] = [
    verifies &&
      sslrootcert === undefined && {
        key: 'sslrootcert',
        message: `is missing: sslmode ${sslmode} needs a file of root certificates, or system`,
      },
    sslrootcert === 'system' &&
      sslmode !== 'verify-full' && {
        key: 'sslmode',
        message: 'must be verify-full with sslrootcert: system, since anyone can get such a certificate',
      },
    sslnegotiation === 'direct' &&
      !demandsTls && { key: 'sslnegotiation', message: 'must be postgres unless sslmode demands TLS' },
    (sslcert === undefined) !== (sslkey === undefined) && {
      key: sslcert === undefined ? 'sslkey' : 'sslcert',
      message: 'needs the other of sslcert and sslkey too',
    },
    written.channel_binding === 'require' &&
      (sslmode === 'disable' || !auth.includes('scram-sha-256')) && {
        key: 'channel_binding',
        message: 'cannot be had without TLS and scram-sha-256',
      },
    written.password === undefined &&
      !auth.includes('none') && {
        key: 'password',
        message: 'is missing: give text in quotes, { env: VARIABLE }, { file: PATH } or { command: […] }',
      },
  ];
  return found.filter((each) => each !== false);
}

/** The connection as the gateway uses it, but for its password. Relative paths start from `dir`. */
export function connectionOf(written: WrittenConnection, dir: string): Omit<ConnectionConfig, 'password'> {
  const { password: _, channel_binding: channelBinding, sslrootcert, sslcert, sslkey, ...rest } = written;
  return {
    ...rest,
    channelBinding,
    ...(sslrootcert !== undefined && {
      sslrootcert: sslrootcert === 'system' ? sslrootcert : resolve(dir, sslrootcert),
    }),
    ...(sslcert !== undefined && { sslcert: resolve(dir, sslcert) }),
    ...(sslkey !== undefined && { sslkey: resolve(dir, sslkey) }),
  };
}
