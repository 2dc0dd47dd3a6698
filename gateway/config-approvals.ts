/** `roles` and `approvals` in auditorium.yaml: who may do what through the control API, and who is told of held statements. */
import { z } from 'zod';
import type { WebhookConfig } from './approvals/webhook.ts';
import { password } from './config-connection.ts';
import { expected, names } from './config-values.ts';

/** Groups of each role; a role without groups is nobody's. */
export interface Roles {
  /** See what the gateway does. */
  readonly viewer: readonly string[];
  /** As viewers, here. */
  readonly investigator: readonly string[];
  /** Decide on held statements. */
  readonly reviewer: readonly string[];
  /** End sessions, revoke tokens, reload. */
  readonly admin: readonly string[];
}

/** Of one role. */
const groups = names('group').default([]);

/** Section `roles`. */
export const roles = z
  .strictObject(
    {
      viewer: groups.describe(
        'Groups that may look. Once there are any, the gateway’s control socket asks for a token too.',
      ),
      investigator: groups.describe('As viewers; in a team server they write findings, verify and export.'),
      reviewer: groups.describe('Groups that decide on held statements.'),
      admin: groups.describe('Groups that end sessions, revoke tokens, reload and redact.'),
    },
    expected('a mapping of viewer, investigator, reviewer and admin to lists of groups'),
  )
  .superRefine(({ viewer, admin }, context) => {
    // Else whoever opens the socket could end sessions that they may not even see.
    if (viewer.length === 0 || admin.length > 0) return;
    const message = 'is missing: where viewers need a token, those who operate the gateway do too';
    context.addIssue({ code: 'custom', path: ['admin'], message });
  })
  .prefault({});

/** https, or http where nobody can listen in; who calls has no place in it. */
export function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && /^(127\.[\d.]+|localhost|\[::1\])$/.test(url.hostname);
}

const webhook = z.strictObject(
  {
    url: z
      .string(expected('a URL'))
      .refine(isSafeUrl, {
        error: 'must be an https URL (http only on loopback) without a user',
      })
      .describe('Who is told that a statement is held, and how it ended.'),
    secret: password.describe('What its messages are signed with (HMAC-SHA256).'),
    includeText: z
      .boolean(expected('true or false'))
      .default(false)
      .describe('Whether the text of the statement is sent.'),
    link: z
      .string(expected('a URL with {id} in it'))
      .refine((text) => text.includes('{id}') && isSafeUrl(text.replaceAll('{id}', '1')), {
        error: 'must be an https URL (http only on loopback) with {id} in the place of the request’s id',
      })
      .optional()
      .describe('Where a reviewer decides, with `{id}` in the place of the request’s id.'),
  },
  expected('a mapping with url and secret'),
);

/** Section `approvals`. */
export const approvals = z
  .strictObject(
    { webhook: webhook.optional().describe('See [The webhook](approvals.md#the-webhook).') },
    expected('a mapping with webhook'),
  )
  .prefault({});

/** The webhook with `secret` as it was found where the configuration says. */
export function webhookOf(
  { url, includeText, link }: NonNullable<z.output<typeof approvals>['webhook']>,
  secret: WebhookConfig['secret'],
): WebhookConfig {
  return { url, secret, includeText, link: link ?? null };
}
