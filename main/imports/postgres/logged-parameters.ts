/** Parameters as logs write them, turned into what a Bind message has (PostgreSQL manual, §54.7): count, then length and value each. */

const PARAMETERS = /^[Pp]arameters: /;

/** The values of `parameters: $1 = 'a', $2 = NULL`; null when the detail is another one, or not written so. */
export function loggedParameters(detail: Buffer): Uint8Array | null {
  const text = detail.toString('latin1'); // byte by byte: quotes and commas are ASCII in every encoding of a server
  const begin = PARAMETERS.exec(text);
  if (begin === null) return null;
  const values: (Buffer | null)[] = [];
  let at = begin[0].length;
  while (at < text.length) {
    const lead = `${values.length > 0 ? ', ' : ''}$${values.length + 1} = `;
    if (!text.startsWith(lead, at)) return null;
    at += lead.length;
    if (text.startsWith('NULL', at)) {
      values.push(null);
      at += 4;
      continue;
    }
    const end = quoteEnd(text, at);
    if (end === null) return null;
    values.push(Buffer.from(text.slice(at + 1, end - 1).replaceAll("''", "'"), 'latin1'));
    at = end;
    if (text.startsWith('...', at)) at += 3; // cut by log_parameter_max_length
  }
  return bindOf(values);
}

/** The end of the quoted text at `at`; null where there is none. */
function quoteEnd(text: string, at: number): number | null {
  if (text[at] !== "'") return null;
  for (let end = text.indexOf("'", at + 1); end >= 0; end = text.indexOf("'", end + 2)) {
    if (text[end + 1] !== "'") return end + 1;
  }
  return null;
}

/** Values as Bind has them from their count on; null is NULL. Null when there are more than a Bind can have. */
export function bindOf(values: readonly (Buffer | null)[]): Uint8Array | null {
  if (values.length > 0xffff) return null;
  const parts: Buffer[] = [Buffer.alloc(2)];
  parts[0]?.writeUInt16BE(values.length);
  for (const value of values) {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : value.length);
    parts.push(length);
    if (value !== null) parts.push(value);
  }
  return Buffer.concat(parts);
}
