/** A raw agent of the policy suites: it sends what it is told and keeps every byte that comes back. */
import type { Socket } from 'node:net';
import { openSession, type Address } from '../../bench/raw-client.ts';
import { MessageReader, MessageSplitter } from '../../gateway/postgres/fidelity/messages.ts';
import { int16, message } from '../../gateway/postgres/testing/messages.ts';

/** A column of a RowDescription. */
export interface Column {
  readonly name: string;
  readonly table: number;
  readonly type: number;
}

/** Fields of an ErrorResponse or NoticeResponse by their letters. */
export type Fields = Readonly<Record<string, string>>;

/** All that came back for one send. */
export interface Said {
  /** Type letters of the messages in their order. */
  readonly types: string;
  /** The messages as they came. */
  readonly bytes: Buffer;
  /** Of the last RowDescription. */
  readonly columns: readonly Column[];
  /** Cells of all DataRows since then. */
  readonly rows: readonly (readonly (Buffer | null)[])[];
  /** Bodies of CopyData messages. */
  readonly copied: readonly Buffer[];
  readonly errors: readonly Fields[];
  readonly notices: readonly Fields[];
  readonly tags: readonly string[];
  /** ReadyForQuery's indicators. */
  readonly ready: string;
}

/** How long an answer may take: beyond it the exchange hangs. */
const PATIENCE_MS = 15_000;

export interface Agent {
  /**
   * Sends bytes in one write and waits for so many ReadyForQuery messages, or for what `until` says of the types so far; or until
   * the session ends. Rejects when neither comes.
   */
  send(messages: readonly Buffer[], until?: number | ((types: string) => boolean)): Promise<Said>;
  /** A simple Query. */
  query(sql: string): Promise<Said>;
  /** Every byte that came since the session was ready for its first query. */
  heard(): Buffer;
  /** Ends the session in order. */
  end(): Promise<void>;
  readonly socket: Socket;
}

/** The number of the request that a NOTICE of the gateway's names; null for any other notice. */
export function heldRequest({ M }: Fields): string | null {
  return /^held for approval \(#(\d+)\)/.exec(M ?? '')?.[1] ?? null;
}

/** Opens a session at a gateway (the password is a token) or at a server; `onHeld` is told which request waits. */
export async function openAgent(
  address: Address,
  onHeld: (request: string) => void = () => {},
): Promise<Agent> {
  const socket = await openSession(address, 'agent');
  const splitter = new MessageSplitter('server', false);
  const heard: Buffer[] = [];
  let came: Buffer[] = [];
  let arrived = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    heard.push(chunk);
    for (const { type, bytes } of splitter.push(chunk)) {
      came.push(bytes);
      const request = type === 'N' ? heldRequest(readFields(bytes)) : null;
      if (request !== null) onHeld(request);
    }
    arrived();
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
      arrived();
    });
  });

  async function send(
    messages: readonly Buffer[],
    until: number | ((types: string) => boolean) = 1,
  ): Promise<Said> {
    const isDone = typeof until === 'number' ? (types: string) => types.split('Z').length > until : until;
    if (socket.destroyed) throw new Error('the session has ended before');
    socket.write(Buffer.concat(messages));
    let late = false;
    const patience = setTimeout(() => {
      late = true;
      arrived();
    }, PATIENCE_MS);
    while (!isDone(typesOf(came)) && !socket.destroyed && !late) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    clearTimeout(patience);
    if (late) throw new Error(`no answer within ${PATIENCE_MS} ms; so far ${typesOf(came)}`);
    const taken = came;
    came = [];
    return said(taken);
  }
  return {
    send,
    query: (sql) => send([message('Q', sql)]),
    heard: () => Buffer.concat(heard),
    async end() {
      if (!socket.destroyed) socket.end(message('X'));
      await closed;
    },
    socket,
  };
}

/** Parse, Bind, perhaps Describe, Execute and Sync of a text without parameters, with results in this format. */
export function extended(sql: string, format: 0 | 1, described: boolean, maxRows = 0): Buffer[] {
  return [
    message('P', '', sql, int16(0)),
    message('B', '', '', int16(0), int16(0), int16(1), int16(format)),
    ...(described ? [message('D', Buffer.from('P'), '')] : []),
    message('E', '', maxRows),
    message('S'),
  ];
}

/** What messages of a server say. */
export function said(messages: readonly Buffer[]): Said {
  let columns: Column[] = [];
  let rows: (Buffer | null)[][] = [];
  const copied: Buffer[] = [];
  const errors: Fields[] = [];
  const notices: Fields[] = [];
  const tags: string[] = [];
  let ready = '';
  for (const bytes of messages) {
    const read = new MessageReader(bytes);
    switch (String.fromCharCode(bytes[0] ?? 0)) {
      case 'T':
        columns = readColumns(read);
        rows = [];
        break;
      case 'D':
        rows.push(readCells(bytes));
        break;
      case 'd':
        copied.push(bytes.subarray(5));
        break;
      case 'E':
        errors.push(readFields(bytes));
        break;
      case 'N':
        notices.push(readFields(bytes));
        break;
      case 'C':
        tags.push(read.text());
        break;
      case 'Z':
        ready += read.letter();
        break;
      default:
    }
  }
  const all = Buffer.concat(messages);
  return { types: typesOf(messages), bytes: all, columns, rows, copied, errors, notices, tags, ready };
}

function typesOf(messages: readonly Buffer[]): string {
  return messages.map((bytes) => String.fromCharCode(bytes[0] ?? 0)).join('');
}

function readColumns(read: MessageReader): Column[] {
  return Array.from({ length: read.int16() }, () => {
    const name = read.text();
    const table = read.int32();
    read.int16();
    const type = read.int32();
    read.int16();
    read.int32();
    read.int16();
    return { name, table, type };
  });
}

function readCells(bytes: Buffer): (Buffer | null)[] {
  let at = 7;
  return Array.from({ length: bytes.readUInt16BE(5) }, () => {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return bytes.subarray(at - length, at);
  });
}

function readFields(bytes: Buffer): Fields {
  const fields: Record<string, string> = {};
  for (let at = 5; at < bytes.length && bytes[at] !== 0;) {
    const end = bytes.indexOf(0, at);
    fields[bytes.toString('latin1', at, at + 1)] = bytes.toString('utf8', at + 1, end);
    at = end + 1;
  }
  return fields;
}
