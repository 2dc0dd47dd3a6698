/** What an agent sends to PostgreSQL, read from a stream of bytes (PostgreSQL manual, §54.7): as much as tells its statements. */

export type FrontendMessage =
  | { readonly type: 'startup' | 'password' | 'other' }
  | { readonly type: 'query'; readonly text: Buffer }
  /** An Execute, with what was parsed and bound for it. */
  | {
      readonly type: 'execute';
      readonly name: string;
      readonly text: Buffer;
      readonly parameters: Uint8Array | null;
    };

/** No message is longer; what claims to be is none of PostgreSQL. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Prepared statements that are remembered. */
const MOST_PREPARED = 5_000;

/** SSLRequest, GSSENCRequest and the versions 3.x. */
const STARTUP = /^(?:80877103|80877104|19660[89]|196610)$/;

interface Bound {
  readonly name: string;
  readonly parameters: Uint8Array | null;
}

export class FrontendReader {
  #rest = Buffer.alloc(0);
  #started = false;
  #failed = false;
  readonly #prepared = new Map<string, Buffer>();
  readonly #portals = new Map<string, Bound>();

  /** The messages that end in the bytes. Nothing more once they are none of PostgreSQL. */
  take(bytes: Buffer): FrontendMessage[] {
    if (this.#failed) return [];
    const data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const messages: FrontendMessage[] = [];
    let at = 0;
    for (;;) {
      const head = this.#started ? 1 : 0;
      if (data.length - at < head + 8 - (this.#started ? 4 : 0)) break;
      const length = data.readUInt32BE(at + head);
      if (length < 4 || length > MAX_MESSAGE_BYTES || !this.#fits(data, at)) {
        this.#failed = true;
        break;
      }
      const end = at + head + length;
      if (end > data.length) break;
      messages.push(this.#message(data, at, data.subarray(at + head + 4, end)));
      at = end;
    }
    this.#rest = Buffer.from(data.subarray(at));
    return messages;
  }

  #fits(data: Buffer, at: number): boolean {
    return this.#started
      ? /[A-Za-z]/.test(String.fromCharCode(data[at] ?? 0))
      : STARTUP.test(String(data.readUInt32BE(at + 4)));
  }

  #message(data: Buffer, at: number, body: Buffer): FrontendMessage {
    if (!this.#started) {
      this.#started = body.readUInt32BE(0) >> 16 === 3; // what asks for encryption is answered, and begun anew
      return { type: 'startup' };
    }
    switch (String.fromCharCode(data[at] ?? 0)) {
      case 'p':
        return { type: 'password' };
      case 'Q':
        return { type: 'query', text: textAt(body, 0).text };
      case 'P':
        return this.#parse(body);
      case 'B':
        return this.#bind(body);
      case 'E':
        return this.#execute(textAt(body, 0).text.toString());
      default:
        return { type: 'other' };
    }
  }

  #parse(body: Buffer): FrontendMessage {
    const name = textAt(body, 0);
    if (this.#prepared.size >= MOST_PREPARED) this.#prepared.clear();
    this.#prepared.set(name.text.toString(), Buffer.from(textAt(body, name.end).text));
    return { type: 'other' };
  }

  #bind(body: Buffer): FrontendMessage {
    const portal = textAt(body, 0);
    const name = textAt(body, portal.end);
    if (this.#portals.size >= MOST_PREPARED) this.#portals.clear();
    const bound = { name: name.text.toString(), parameters: textParameters(body, name.end) };
    this.#portals.set(portal.text.toString(), bound);
    return { type: 'other' };
  }

  #execute(portal: string): FrontendMessage {
    const bound = this.#portals.get(portal);
    const name = bound?.name ?? '';
    const text = this.#prepared.get(name);
    if (text === undefined) return { type: 'other' };
    return { type: 'execute', name, text, parameters: bound?.parameters ?? null };
  }
}

/** The parameters of a Bind from their count on, where all are sent as text; else null. */
function textParameters(body: Buffer, at: number): Uint8Array | null {
  if (at + 2 > body.length) return null;
  const formats = body.readUInt16BE(at);
  let end = at + 2 + formats * 2;
  if (end + 2 > body.length) return null;
  for (let i = 0; i < formats; i++) if (body.readUInt16BE(at + 2 + i * 2) !== 0) return null;
  const begin = end;
  const count = body.readUInt16BE(end);
  end += 2;
  for (let i = 0; i < count; i++) {
    if (end + 4 > body.length) return null;
    end += 4 + Math.max(0, body.readInt32BE(end));
  }
  return end <= body.length ? Buffer.from(body.subarray(begin, end)) : null;
}

function textAt(body: Buffer, at: number): { readonly text: Buffer; readonly end: number } {
  const nul = body.indexOf(0, at);
  const end = nul < 0 ? body.length : nul;
  return { text: body.subarray(at, end), end: end + 1 };
}
