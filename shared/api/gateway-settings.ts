/** Connections and issuers of auditorium.yaml as the window shows and writes them. */
import { z } from './zod.ts';

/** Where a secret is; `keep` leaves in the file what is there, `text` writes it there in clear, `keychain` writes only its name there. */
export const SecretForm = z.discriminatedUnion('from', [
  z.object({ from: z.literal('env'), variable: z.string().min(1).max(200) }),
  z.object({ from: z.literal('file'), path: z.string().min(1).max(4096) }),
  z.object({ from: z.literal('command'), argv: z.array(z.string().max(4096)).min(1).max(50) }),
  z.object({ from: z.literal('text'), text: z.string().min(1).max(4096) }),
  z.object({ from: z.literal('keychain'), text: z.string().min(1).max(4096) }),
  z.object({ from: z.literal('keep') }),
  z.object({ from: z.literal('none') }),
]);
export type SecretForm = z.infer<typeof SecretForm>;

/** `from: text` tells that it stands in the file in clear, never what it is. */
const SecretShown = z.discriminatedUnion('from', [
  z.object({ from: z.literal('env'), variable: z.string(), set: z.boolean() }),
  z.object({ from: z.literal('file'), path: z.string() }),
  z.object({ from: z.literal('command'), argv: z.array(z.string()) }),
  z.object({ from: z.literal('text') }),
  z.object({ from: z.literal('keychain'), name: z.string() }),
  z.object({ from: z.literal('none') }),
]);

export const SSL_MODE_NAMES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

const connectionFields = {
  name: z.string().min(1).max(63),
  host: z.string().min(1).max(1000),
  port: z.number().int().min(1).max(65535),
  database: z.string().min(1).max(200),
  user: z.string().min(1).max(200),
  sslmode: z.enum(SSL_MODE_NAMES).nullable().describe('null: as by default'),
  sslrootcert: z.string().max(4096).nullable(),
  groups: z.array(z.string().min(1).max(500)).max(200),
};

/** What a form says of a connection; settings that no form has stay as the file has them. */
export const ConnectionForm = z.object({ ...connectionFields, password: SecretForm });
export type ConnectionForm = z.infer<typeof ConnectionForm>;

export const ConnectionShown = z.object({
  ...connectionFields,
  password: SecretShown,
  others: z.array(z.string()).describe('settings it has beside these'),
});
export type ConnectionShown = z.infer<typeof ConnectionShown>;

export const ISSUER_PROFILES = ['generic', 'okta', 'github', 'gitlab', 'buildkite', 'development'] as const;

const issuerFields = {
  name: z.string().min(1).max(63),
  profile: z.enum(ISSUER_PROFILES),
  issuer: z.string().max(2000).nullable().describe('its URL; null: the profile’s own'),
  audience: z.string().max(1000).nullable(),
  lifetime: z.string().max(100).nullable().describe('exp, or max(1h)'),
  groups: z.array(z.string().min(1).max(500)).max(200).describe('given to everybody who comes from it'),
  require: z.record(z.string().max(200), z.array(z.string().max(1000)).max(100)),
};

export const IssuerForm = z.object(issuerFields);
export type IssuerForm = z.infer<typeof IssuerForm>;

export const IssuerShown = z.object({
  ...issuerFields,
  others: z.array(z.string()).describe('settings it has beside these'),
});
export type IssuerShown = z.infer<typeof IssuerShown>;

/** Where checkpoints go, out of reach of whoever holds the key; `every` in ms. */
const AnchorShown = z.object({
  kind: z.enum(['file', 'log', 'witness']),
  where: z.string().nullable().describe('path or URL'),
  every: z.number(),
});

/** The configuration as its file has it; secrets that stand there in clear are blotted out of `text`. */
export const Settings = z.object({
  file: z.string(),
  revision: z.string(),
  text: z.string(),
  problem: z
    .string()
    .nullable()
    .describe('why a gateway cannot use it; variables that connections name are told of there'),
  elsewhere: z
    .boolean()
    .describe('whether a gateway runs that this host did not start: with an environment of its own'),
  listen: z.string(),
  tls: z.boolean(),
  authentication: z.string(),
  archive: z.string(),
  keychain: z.string().nullable().describe('why this host keeps no secrets in a keychain; null: it does'),
  policy: z.string().nullable().describe('as written: a path, or `default`'),
  anchors: z.array(AnchorShown),
  connections: z.array(ConnectionShown),
  issuers: z.array(IssuerShown),
});
export type Settings = z.infer<typeof Settings>;
