/** Links that leave the desktop app: only the encrypted web, only hosts on a list, only after the person has seen where to. */

/** Where CI runs are, and this program’s own pages. */
const HOSTS: readonly string[] = ['github.com', 'gitlab.com', 'buildkite.com', 'circleci.com', 'okta.com'];

/** What may be done with a link: `unlisted` can be copied, not opened. */
export type Link =
  | { readonly kind: 'refused' }
  | { readonly kind: 'listed' | 'unlisted'; readonly url: string; readonly host: string };

/** Longer ones hide where they lead. */
const LONGEST = 2_000;

/** `more` are hosts that the person has added; of each host those below it count too. */
export function judgeLink(link: string, more: readonly string[] = []): Link {
  const url = link.length > LONGEST ? null : URL.parse(link);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '')
    return { kind: 'refused' };
  const { host, href } = url;
  const listed = [...HOSTS, ...more].some((known) => host === known || host.endsWith(`.${known}`));
  return { kind: listed ? 'listed' : 'unlisted', url: href, host };
}

/** Where a person signs in is opened without a question, since they asked for it: an issuer, or one on this machine. */
export function isSignIn(link: string): boolean {
  const url = URL.parse(link);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
  );
}
