/** E-mail addresses (RFC 5321 §4.1.2, RFC 6531), as people use them: with a domain that has a point in it. */

const LOCAL = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u0080-\uffff]/;
const DOMAIN = /[A-Za-z0-9.\-\u0080-\uffff]/;

/** RFC 5321 §4.5.3.1. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 255;

const LABELS =
  /^(?:[A-Za-z0-9\u0080-\uffff](?:[A-Za-z0-9\-\u0080-\uffff]*[A-Za-z0-9\u0080-\uffff])?\.)+(?:[A-Za-z\u0080-\uffff]{2,}|xn--[A-Za-z0-9-]+)$/;

/** What is written like an address and is none: pictures for fine screens (`logo@2x.png`), units of systemd. */
const NO_DOMAIN = /^\dx\.\w+$|\.(?:service|socket|timer|target|slice|mount)$/i;

/** Addresses in a text: each `@` with what belongs to it on both sides. */
export function findEmails(text: string): [number, number][] {
  const found: [number, number][] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at);
    const end = domainEnd(text, at);
    if (start < at && end > at && !isRemote(text, start, at, end)) found.push([start, end]);
  }
  return found;
}

function localStart(text: string, at: number): number {
  if (text[at - 1] === '"') {
    const open = text.lastIndexOf('"', at - 2);
    return open >= 0 && at - open <= LONGEST_LOCAL ? open : at;
  }
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(text[start - 1] as string)) start--;
  // What quotes or attributes an address is no part of it.
  while (start < at && /['.=/`{|]/.test(text[start] as string)) start++;
  const assigned = text.slice(start, at).search(/[=/][^=/]*$/);
  return assigned < 0 ? start : start + assigned + 1;
}

function domainEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && end - at <= LONGEST_DOMAIN && DOMAIN.test(text[end] as string)) end++;
  while (end > at + 1 && /[.-]/.test(text[end - 1] as string)) end--;
  const domain = text.slice(at + 1, end);
  return LABELS.test(domain) && !NO_DOMAIN.test(domain) ? end : -1;
}

/** `git@host:path` names a repository. */
function isRemote(text: string, start: number, at: number, end: number): boolean {
  return text.slice(start, at) === 'git' && /[:/]/.test(text[end] ?? '');
}
