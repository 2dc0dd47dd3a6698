/** `gateway.stream` in auditorium.yaml: who is sent what is recorded, as it comes. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseFilter } from '../shared/filter/parse.ts';
import { isSafeUrl } from './config-approvals.ts';
import { password } from './config-connection.ts';
import { type PasswordPlaces, readPassword } from './config-password.ts';
import { expected, name, notation, parseDuration, parseSize, path, port } from './config-values.ts';
import { PrivateFileError, readPrivateFile } from './postgres/private-file.ts';
import { SENT_SQL, type SinkConfig, STREAM_FORMATS, STREAMED, type TlsTrust } from './stream/sink.ts';

const url = z.string(expected('a URL')).refine(isSafeUrl, {
  error: 'must be an https URL (http only on loopback) without a user',
});

const secret = password.refine((source) => typeof source === 'string' || !('command' in source), {
  error: 'cannot come from a command here; give { env: VARIABLE } or { file: PATH }',
});

const trust = {
  ca: path
    .optional()
    .describe('Whom to believe: PEM, root certificates; by default those that this machine believes.'),
  cert: path.optional().describe('Who the gateway is there: PEM, a certificate and its chain.'),
  key: path.optional().describe('Its private key, PEM; the file must be yours alone.'),
} as const;

const webhook = z.strictObject(
  {
    url: url.describe('Where batches are posted.'),
    secret: secret.optional().describe('What they are signed with (HMAC-SHA256, as Standard Webhooks says).'),
    authorization: secret
      .optional()
      .describe('The header of this name, whole: `Bearer …`, `Splunk …`, `ApiKey …`.'),
    body: z
      .enum(['lines', 'array'], expected('lines or array'))
      .default('lines')
      .describe('One JSON value a line, or an array of all. CEF is always lines.'),
    ...trust,
  },
  expected('a mapping with url'),
);

const syslog = z.strictObject(
  {
    host: z
      .string(expected('a host'))
      .min(1, expected('a host'))
      .describe('Name or address of the collector.'),
    port: port(1).default(6514).describe('Its port.'),
    serverName: z
      .string(expected('a name'))
      .optional()
      .describe('What its certificate must name; `host` without it.'),
    hostname: z
      .string(expected('a name'))
      .optional()
      .describe('What messages call this machine; its own name without it.'),
    ...trust,
  },
  expected('a mapping with host and port'),
);

const kafka = z.strictObject(
  {
    url: url.describe('Of the REST proxy.'),
    topic: z
      .string(expected('a topic'))
      .regex(/^[A-Za-z0-9._-]{1,249}$/, {
        error: 'must be a topic of letters, digits, dots, hyphens and underscores',
      })
      .describe('The topic; the key of a record is its session.'),
    cluster: z
      .string(expected('a cluster’s id'))
      .optional()
      .describe('The cluster’s id, for version 3 of the proxy’s API; version 2 without it.'),
    authorization: secret.optional().describe('The header of this name, whole.'),
    ...trust,
  },
  expected('a mapping with url and topic'),
);

function parseLimit(text: string): number | null {
  const size = parseSize(text);
  return size !== null && size >= 256 && size <= 1 << 20 ? size : null;
}

function parseBatch(text: string): number | null {
  const size = parseSize(text);
  return size !== null && size >= 1 << 12 && size <= 64 << 20 ? size : null;
}

function parseWait(text: string): number | null {
  const ms = parseDuration(text);
  return ms !== null && ms >= 100 && ms <= 60_000 ? ms : null;
}

const values = z
  .strictObject(
    {
      sql: z
        .enum(SENT_SQL, expected('recorded, normalised or none'))
        .default('recorded')
        .describe(
          'Texts of statements and errors: as they stand in the record, where secrets are masked; without their literals, and no errors; or neither.',
        ),
      parameters: z
        .boolean(expected('true or false'))
        .default(false)
        .describe('Whether values of parameters are sent, as recorded.'),
      limit: notation('a size from 256 to 1MiB', parseLimit)
        .prefault('16KiB')
        .describe('How much of one text; what is cut says how long it was.'),
    },
    expected('a mapping with sql, parameters and limit'),
  )
  .prefault({});

const batch = z
  .strictObject(
    {
      events: z
        .int(expected('a whole number'))
        .min(1, expected('at least 1'))
        .max(10_000, expected('at most 10000'))
        .default(500)
        .describe('Messages sent at once at most.'),
      size: notation('a size from 4KiB to 64MiB', parseBatch).prefault('1MiB').describe('The same, by size.'),
      wait: notation('a duration from 100ms to 60s', parseWait)
        .prefault('1s')
        .describe('How often it is looked for what came.'),
    },
    expected('a mapping with events, size and wait'),
  )
  .prefault({});

const filter = z.string(expected('a filter')).superRefine((text, context) => {
  const { error } = parseFilter(text);
  if (error !== undefined) context.addIssue({ code: 'custom', message: `is no filter: ${error.message}` });
});

const sink = z
  .strictObject(
    {
      name: name.describe(
        'What logs, metrics and `auditorium stream` call it, and where it is remembered how far it is.',
      ),
      webhook: webhook.optional().describe('Posts batches over HTTPS.'),
      syslog: syslog.optional().describe('Sends RFC 5424 messages over TLS (RFC 5425).'),
      kafka: kafka.optional().describe('Produces to Kafka through a REST proxy.'),
      format: z
        .enum(STREAM_FORMATS, expected(`one of ${STREAM_FORMATS.join(', ')}`))
        .default('json')
        .describe('How events are written: OCSF 1.8, ECS, CEF, or this program’s own JSON.'),
      send: z
        .array(
          z.enum(STREAMED, expected(`one of ${STREAMED.join(', ')}`)),
          expected(`a list of ${STREAMED.join(', ')}`),
        )
        .nonempty(expected(`a list of ${STREAMED.join(', ')}`))
        .default(['sessions', 'statements', 'acts'])
        .describe(
          'Sessions when they have connected and when they end, statements when they end, acts of people and of the gateway; `record`: every event by itself.',
        ),
      filter: filter
        .default('')
        .describe(
          'Only what matches: see [filter.md](filter.md). Events of the gateway itself match no filter.',
        ),
      from: z
        .enum(['now', 'start'], expected('now or start'))
        .default('now')
        .describe(
          'Where a sink that is new begins: with what comes, or with the oldest event in the archive.',
        ),
      values,
      batch,
      deadLetters: notation('a size such as 64MiB', parseSize)
        .prefault('64MiB')
        .describe('How much of what is refused for good is kept on disk; when it is full the sink waits.'),
    },
    expected('a mapping with name, and webhook, syslog or kafka'),
  )
  .superRefine(({ webhook: one, syslog: two, kafka: three }, context) => {
    if ([one, two, three].filter((to) => to !== undefined).length !== 1)
      context.addIssue({ code: 'custom', message: 'must name one of webhook, syslog and kafka' });
  })
  .superRefine(({ webhook: one, syslog: two, kafka: three }, context) => {
    const to = one ?? two ?? three;
    if (to !== undefined && (to.cert === undefined) !== (to.key === undefined))
      context.addIssue({
        code: 'custom',
        message: 'has one of cert and key: both make a client certificate',
      });
  });

/** `gateway.stream`. */
export const stream = z
  .array(sink, expected('a list of sinks'))
  .superRefine((sinks, context) => {
    for (const [index, { name: called }] of sinks.entries())
      if (sinks.findIndex((other) => other.name === called) < index)
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: 'must differ from those before it',
        });
  })
  .default([]);

type Written = z.output<typeof sink>;
type Secret = z.output<typeof secret>;

/** What is looked up; `failAt` reports what is wrong with a setting of one sink, and throws. */
export interface StreamPlaces extends Omit<PasswordPlaces, 'fail'> {
  readonly failAt: (path: readonly PropertyKey[], why: string) => never;
}

/** The sinks with what their settings name; files are read at once. */
export function streamOf(written: readonly Written[], places: StreamPlaces): SinkConfig[] {
  return written.map((one, index): SinkConfig => {
    const { name: called, format, send, filter: wanted, from, values: sent, batch: sizes, deadLetters } = one;
    return {
      name: called,
      to: toOf(one, { ...places, failAt: (at, why) => places.failAt([index, ...at], why) }),
      format,
      send,
      filter: wanted,
      from,
      values: sent,
      batch: { events: sizes.events, bytes: sizes.size, wait: sizes.wait },
      deadLetters,
    };
  });
}

function toOf({ webhook: one, syslog: two, kafka: three }: Written, places: StreamPlaces): SinkConfig['to'] {
  if (one !== undefined)
    return {
      kind: 'webhook',
      url: one.url,
      secret: secretOf(one.secret, ['webhook', 'secret'], places),
      authorization: secretOf(one.authorization, ['webhook', 'authorization'], places),
      body: one.body,
      ...trustOf(one, 'webhook', places),
    };
  if (two !== undefined)
    return {
      kind: 'syslog',
      host: two.host,
      port: two.port,
      serverName: two.serverName ?? two.host,
      hostname: two.hostname ?? hostname(),
      ...trustOf(two, 'syslog', places),
    };
  if (three === undefined) throw new TypeError('a sink without a place passed the schema');
  return {
    kind: 'kafka',
    url: three.url,
    topic: three.topic,
    cluster: three.cluster ?? null,
    authorization: secretOf(three.authorization, ['kafka', 'authorization'], places),
    ...trustOf(three, 'kafka', places),
  };
}

function secretOf(
  source: Secret | undefined,
  at: readonly PropertyKey[],
  places: StreamPlaces,
): string | null {
  if (source === undefined) return null;
  const fail = (why: string) => places.failAt(at, why);
  const found = readPassword(source, { ...places, fail });
  return typeof found === 'string' ? found : fail('cannot come from a command here');
}

function trustOf(
  { ca, cert, key }: { readonly [K in keyof TlsTrust]?: string | undefined },
  kind: string,
  { dir, failAt }: StreamPlaces,
): TlsTrust {
  const read = (setting: string, file: string | undefined, reading: (path: string) => string) => {
    if (file === undefined) return null;
    try {
      return reading(resolve(dir, file));
    } catch (error) {
      const why = error instanceof PrivateFileError ? error.message : `cannot be read: ${messageOf(error)}`;
      return failAt([kind, setting], `names a file that ${why}`);
    }
  };
  const plain = (file: string) => readFileSync(file, 'utf8');
  return {
    ca: read('ca', ca, plain),
    cert: read('cert', cert, plain),
    key: read('key', key, readPrivateFile),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
