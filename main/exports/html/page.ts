/** What stands around an exported page: its head with a policy under which nothing but its own style and script can act, and its end. */
import { createHash } from 'node:crypto';
import { STYLE } from './style.ts';

/** Nothing is fetched, sent or framed; a script and the style are these, by their hashes. */
function policyOf(script: string | null): string {
  return [
    "default-src 'none'",
    ...(script === null ? [] : [`script-src ${hashOf(script)}`]),
    `style-src ${hashOf(STYLE)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** A page up to its content. `title` is markup; `script` is what its end will hold. */
export function pageHead(title: string, script: string | null): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
`;
}

/** The rest of the page. */
export function pageEnd(script: string | null): string {
  return `${script === null ? '' : `<script>${script}</script>\n`}</body>
</html>
`;
}
