/** Server-sent events as bytes and back: the HTML standard, section 9.2 ("Server-sent events"). */

/** A longer event is refused: ours are a few kilobytes, and a reader must not buffer without end. */
export const MAX_EVENT_LENGTH = 4 * 1024 * 1024;

/** One event of a stream; `id` is what a reader that reconnects sends as Last-Event-ID. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Takes a stream in chunks cut anywhere and gives back the events that became whole. Comments are passed over. */
export class ServerSentDecoder {
  readonly #text = new TextDecoder();
  #rest = '';

  push(chunk: Uint8Array): ServerSentEvent[] {
    const text = this.#rest + this.#text.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    this.#rest = blocks.pop() ?? '';
    if (this.#rest.length > MAX_EVENT_LENGTH)
      throw new RangeError(`an event is longer than ${MAX_EVENT_LENGTH} characters`);
    return blocks.map(parseBlock).filter((event) => event.data !== '');
  }
}

/** An event as it stands in the stream; `data` and `id` hold no line breaks that must survive as CR. */
export function encodeServerSent({ event, id, data }: ServerSentEvent): string {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return `event: ${event}\nid: ${id}\n${lines.join('')}\n`;
}

function parseBlock(block: string): ServerSentEvent {
  const parsed = { event: 'message', id: '', data: '' };
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') parsed.event = value;
    else if (field === 'id') parsed.id = value;
    else if (field === 'data') data.push(value);
  }
  parsed.data = data.join('\n');
  return parsed;
}
