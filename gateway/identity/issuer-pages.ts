/** The few pages of the development issuer: plain HTML, nothing loaded, nothing run. */
import type { ServerResponse } from 'node:http';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/** What every page is sent with. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
} as const;

/** The page where somebody says who they are; `error` is what was wrong with the last try. */
export function signInPage(action: string, error: string | null): string {
  return page(
    'Sign in',
    `<p>This is the development issuer of Auditorium: it believes whoever opens it on this machine.</p>
${error === null ? '' : `<p role="alert"><strong>${escaped(error)}</strong></p>`}
<form method="post" action="${escaped(action)}">
<p><label>Subject <input name="subject" required autofocus maxlength="200"></label></p>
<p><label>Name <input name="name" maxlength="200"></label></p>
<p><label>Groups, separated by commas <input name="groups" maxlength="2000"></label></p>
<p><button>Sign in</button></p>
</form>`,
  );
}

/** A page with a heading and what belongs under it. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem }
input { display: block; width: 100%; font: inherit } button { font: inherit }</style></head>
<body><h1>${escaped(title)}</h1>
${body}
</body></html>
`;
}

export function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, PAGE_HEADERS).end(html);
}

export function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return text.replaceAll(/[&<>"]/g, (character) => `&${names[character]};`);
}
