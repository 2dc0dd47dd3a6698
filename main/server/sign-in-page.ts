/** What a person sees where a sign-in came to nothing: plain HTML, nothing loaded, nothing run. */

/** `message` may quote anybody. */
export function failedPage(message: string): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Not signed in · Auditorium</title>
<style>:root { color-scheme: light dark } body { font: 15px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }</style></head>
<body><h1>Not signed in</h1>
<p role="alert">${escaped(message)}</p>
<p><a href="/">Back to Auditorium</a></p>
</body></html>
`;
  return new Response(html, {
    status: 403,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  });
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return text.replaceAll(/[&<>"]/g, (character) => `&${names[character]};`);
}
