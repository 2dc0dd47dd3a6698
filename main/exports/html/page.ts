/** What stands around a report: the page's head with a policy under which nothing but its own style and script can act, and its end. */
import { createHash } from 'node:crypto';
import { PLAYER } from './player.ts';
import { STYLE } from './style.ts';
import { escaped } from './markup.ts';

/** Nothing is fetched, sent or framed; the script and the style are these, by their hashes. */
const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(PLAYER)}`,
  `style-src ${hashOf(STYLE)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** The page up to its content. */
export function pageHead(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
`;
}

/** The rest of the page. */
export const PAGE_END = `<script>${PLAYER}</script>
</body>
</html>
`;
