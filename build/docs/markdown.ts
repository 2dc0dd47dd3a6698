/** Markdown that is written by programs. */

/** A table; cells are Markdown, but for the bars that would part them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** As code, whatever is in it. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A block of what a terminal or a file shows. */
export function block(text: string, language = ''): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** What GitHub calls a heading’s anchor. */
export function anchorOf(heading: string): string {
  return heading
    .replaceAll(/[`*_]|\[|\]\([^)]*\)/g, (mark) => (mark === '_' ? '_' : ''))
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** At the head of every page that no one edits. */
export function generated(source: string): string {
  return `<!-- Written by \`npm run docs\` from ${source}; edits here are lost. -->`;
}
