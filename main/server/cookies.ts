/**
 * The two cookies of a team server. Browsers take a `__Host-` cookie only from this host itself, over HTTPS, for every path of it
 * (RFC 6265bis §4.1.3.2): neither a sister domain nor a plain-text answer can set one.
 */

/** Knows a person's session. Never sent along with what another site asks for. */
export const SESSION_COOKIE = '__Host-auditorium';

/** Knows a sign-in under way. Sent along when the issuer sends the browser back, which is another site. */
export const SIGN_IN_COOKIE = '__Host-auditorium-sign-in';

const SAME_SITE = { [SESSION_COOKIE]: 'Strict', [SIGN_IN_COOKIE]: 'Lax' } as const;
type CookieName = keyof typeof SAME_SITE;

/** The value of the cookie that a request has; null when it has none, or several. */
export function cookieOf(request: Request, name: CookieName): string | null {
  const values = (request.headers.get('cookie') ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`));
  return values.length === 1 ? (values[0]?.slice(name.length + 1) ?? null) : null;
}

/** The header that has a browser keep the cookie until it ends, or as long as said, s. */
export function keepCookie(name: CookieName, value: string, seconds: number | null = null): string {
  const age = seconds === null ? '' : `; Max-Age=${seconds}`;
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${SAME_SITE[name]}${age}`;
}

/** The header that has a browser forget it. */
export function dropCookie(name: CookieName): string {
  return keepCookie(name, '', 0);
}
