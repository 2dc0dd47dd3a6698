/**
 * The transcript of a tapped connection: a small model of the protocol (PostgreSQL manual §54.2) that follows client and
 * server in the order their bytes came. Written apart from the gateway's own, which it is to judge.
 */
import { MessageReader, MessageSplitter, type Message } from './messages.ts';
import { NO_PORTAL, rowsOf, said, type SaidIntent, type SaidResult, type Transcript } from './transcript.ts';
import type { Chunk } from './wiretap.ts';

/** A prepared statement; `columns` once a Describe told them, `awaited` while its Parse is not answered. */
interface Prepared {
  awaited: Awaited | null;
  readonly text: string;
  readonly parameterTypes: readonly number[];
  columns: Buffer | null;
}

interface Portal {
  awaited: Awaited | null;
  readonly prepared: Prepared;
  readonly parameterFormats: readonly number[];
  readonly parameters: Buffer;
  readonly resultFormats: readonly number[];
  columns: Buffer | null;
}

/** A statement while it is spoken. */
interface Speaking {
  readonly intent: SaidIntent;
  readonly results: SaidResult[];
  readonly copyIn: Buffer[];
  copyInEnd: string;
}

/** A message whose answer is awaited; `statement` is what fails with it, once its Execute has come. */
interface Awaited {
  readonly type: string;
  readonly name: string;
  statement: Speaking | null;
  readonly describes: { columns: Buffer | null } | null;
  readonly portal: Portal | null;
}

const EMPTY: Prepared = { awaited: null, text: '', parameterTypes: [], columns: null };

const NOTHING: Buffer = Buffer.alloc(0);

export class Listener {
  readonly #statements: Speaking[] = [];
  readonly #orphanErrors: string[] = [];
  readonly #asides: string[] = [];
  readonly #prepared = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();
  #awaited: Awaited[] = [];
  #columns: Buffer | null = null;
  #rows: Buffer[] = [];
  #copyOut: Buffer[] = [];
  #discarding = false;
  /** In COPY FROM STDIN of the extended protocol. */
  #copying = false;

  transcript(): Transcript {
    const statements = this.#statements.map(({ intent, results, copyIn, copyInEnd }) => ({
      intent,
      results,
      copyIn: said(copyIn),
      copyInEnd,
    }));
    return { statements, orphanErrors: this.#orphanErrors, asides: this.#asides };
  }

  fromClient({ type, bytes }: Message): void {
    const read = new MessageReader(bytes);
    switch (type) {
      case 'Q':
        return this.#ask('Q', 'simple', read.text());
      case 'F':
        return this.#ask('F', 'function', said([bytes]));
      case 'P': {
        const [name, text] = [read.text(), read.text()];
        const awaited = this.#await({ type, name });
        this.#prepared.set(name, { awaited, text, parameterTypes: read.int32s(), columns: null });
        return;
      }
      case 'B':
        return this.#bind(read);
      case 'D': {
        const [target, name] = [read.letter(), read.text()];
        const describes = (target === 'S' ? this.#prepared : this.#portals).get(name) ?? null;
        this.#await({ type, name, describes });
        return;
      }
      case 'E':
        return this.#execute(read.text(), read.int32());
      case 'C': {
        (read.letter() === 'S' ? this.#prepared : this.#portals).delete(read.text());
        this.#await({ type });
        return;
      }
      case 'S':
        if (this.#copying) return; // ignored by the server until the data has ended
        this.#discarding = false;
        this.#await({ type });
        return;
      case 'd':
        this.#statements.at(-1)?.copyIn.push(bytes);
        return;
      case 'c':
        return this.#endCopyIn('done');
      case 'f':
        return this.#endCopyIn(`fail: ${read.text()}`);
      case 'H':
      case 'X':
        return;
      default:
        throw new Error(`the model knows no message ${type} of a client`);
    }
  }

  fromServer({ type, bytes }: Message): void {
    switch (type) {
      case '1':
      case '2':
      case '3':
        this.#awaited.shift();
        return;
      case 'T':
        return this.#described(bytes);
      case 'n':
        this.#awaited.shift();
        return;
      case 'D':
        this.#rows.push(bytes);
        return;
      case 'H':
      case 'd':
        this.#copyOut.push(bytes);
        return;
      case 'C':
        return this.#end('completed', new MessageReader(bytes).text());
      case 'V':
        return this.#end('completed', 'FUNCTION CALL', { returned: bytes });
      case 'I':
        return this.#end('empty', '');
      case 's':
        return this.#end('suspended', '');
      case 'E':
        return this.#failed(bytes);
      case 'Z':
        this.#awaited.shift();
        return;
      case 'N':
      case 'A':
      case 'S':
        this.#asides.push(said([bytes]));
        return;
      case 'G': // CopyInResponse: every Sync sent so far came before the data's end
        this.#copying = this.#awaited[0]?.type === 'E' && this.#statements.at(-1)?.copyInEnd === '';
        if (this.#copying) this.#awaited = this.#awaited.filter((awaited) => awaited.type !== 'S');
        return;
      case 't': // ParameterDescription: the RowDescription or NoData behind it answers the Describe
      case 'c': // CopyDone
        return;
      default:
        throw new Error(`the model knows no message ${type} of a server`);
    }
  }

  #ask(type: 'Q' | 'F', protocol: SaidIntent['protocol'], text: string): void {
    this.#begin(type, { ...NO_PORTAL, protocol, text }, null);
  }

  #bind(read: MessageReader): void {
    const [portal, name] = [read.text(), read.text()];
    const parameterFormats = read.int16s();
    const parameters = read.values();
    const prepared = this.#prepared.get(name) ?? EMPTY;
    this.#portals.set(portal, {
      awaited: this.#await({ type: 'B', name }),
      prepared,
      parameterFormats,
      parameters,
      resultFormats: read.int16s(),
      columns: null,
    });
  }

  #execute(name: string, maxRows: number): void {
    const portal = this.#portals.get(name) ?? null;
    const { text, parameterTypes } = portal?.prepared ?? EMPTY;
    const intent = {
      protocol: 'extended',
      text,
      parameterTypes,
      parameterFormats: portal?.parameterFormats ?? [],
      parameters: said(portal === null ? [] : [portal.parameters]),
      resultFormats: portal?.resultFormats ?? [],
      maxRows,
    } as const;
    const statement = this.#begin('E', intent, portal);
    // An error of its Parse or Bind is its own; of a portal that several use, that of the first.
    for (const earlier of [portal?.awaited, portal?.prepared.awaited])
      if (earlier !== undefined && earlier !== null) earlier.statement ??= statement;
  }

  #begin(type: 'Q' | 'E' | 'F', intent: SaidIntent, portal: Portal | null): Speaking {
    const statement: Speaking = { intent, results: [], copyIn: [], copyInEnd: '' };
    this.#statements.push(statement);
    if (this.#discarding) skip(statement);
    else this.#await({ type, statement, portal });
    return statement;
  }

  #await({ type, ...known }: Pick<Awaited, 'type'> & Partial<Awaited>): Awaited | null {
    if (this.#discarding) return null;
    const awaited = { name: '', statement: null, describes: null, portal: null, ...known, type };
    this.#awaited.push(awaited);
    return awaited;
  }

  #endCopyIn(how: string): void {
    this.#copying = false;
    const statement = this.#statements.at(-1);
    if (statement !== undefined) statement.copyInEnd = how;
  }

  /** RowDescription: of a Query's rows to come, or the answer to a Describe. */
  #described(bytes: Buffer): void {
    const [next] = this.#awaited;
    if (next?.type === 'D') {
      if (next.describes !== null) next.describes.columns = bytes;
      this.#awaited.shift();
    } else {
      this.#columns = bytes;
    }
  }

  #end(status: string, tag: string, { error = NOTHING, returned = NOTHING } = {}): void {
    const [next] = this.#awaited;
    const columns = this.#columns ?? next?.portal?.columns ?? next?.portal?.prepared.columns ?? null;
    next?.statement?.results.push({
      status,
      tag,
      columns: said(columns === null || (status === 'failed' && this.#rows.length === 0) ? [] : [columns]),
      rows: said([...this.#rows, returned]),
      rowCount:
        rowsOf(tag) ?? this.#rows.length + this.#copyOut.filter((message) => message[0] === 0x64).length,
      error: said([error]),
      copyOut: said(this.#copyOut),
    });
    this.#columns = null;
    this.#rows = [];
    this.#copyOut = [];
    if (next?.type === 'E') this.#awaited.shift();
  }

  #failed(bytes: Buffer): void {
    const [next] = this.#awaited;
    this.#copying = false;
    if (next === undefined || next.statement === null) this.#orphanErrors.push(said([bytes]));
    else this.#end('failed', '', { error: bytes });
    if (next === undefined || next.type === 'Q' || next.type === 'F') return;
    const sync = this.#awaited.findIndex(({ type }) => type === 'S');
    const discarded = sync < 0 ? this.#awaited : this.#awaited.slice(0, sync);
    this.#awaited = sync < 0 ? [] : this.#awaited.slice(sync);
    this.#discarding = sync < 0;
    for (const { type, statement } of discarded) {
      if (type === 'E' && statement !== null && statement !== next.statement) skip(statement);
    }
  }
}

function skip(statement: Speaking): void {
  statement.results.push({
    status: 'skipped',
    tag: '',
    columns: '',
    rows: '',
    rowCount: 0,
    error: '',
    copyOut: '',
  });
}

/** What a connection said after its start-up phase; null when it never came to one (a CancelRequest). */
export function transcribe(chunks: readonly Chunk[]): Transcript | null {
  const listener = new Listener();
  const [client, server] = [new MessageSplitter('client'), new MessageSplitter('server')];
  let ready = false;
  for (const { from, bytes } of chunks) {
    for (const message of (from === 'client' ? client : server).push(bytes)) {
      if (!ready) ready = from === 'server' && message.type === 'Z';
      else if (from === 'client') listener.fromClient(message);
      else listener.fromServer(message);
    }
  }
  return ready ? listener.transcript() : null;
}
