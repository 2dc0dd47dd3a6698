/** A raw agent's side of a session, message by message. */
import type { Socket } from 'node:net';
import { MessageSplitter } from './messages.ts';

/** Types of messages that come in this order, or what tells after each read whether all has come. */
export type Until = string | (() => boolean);

export interface Conversation {
  /** Type letters of the messages that came, one after the other. */
  readonly types: () => string;
  /** Messages that came. */
  readonly got: Buffer[];
  /** Sends messages in one write and waits until messages of these types have come, in this order; returns all that came. */
  readonly say: (messages: readonly Buffer[], until?: Until) => Promise<string>;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
}

/** Talks on a socket that is at ReadyForQuery. */
export function converse(socket: Socket): Conversation {
  const splitter = new MessageSplitter('server', false);
  const got: Buffer[] = [];
  let arrived = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    for (const { bytes } of splitter.push(chunk)) got.push(bytes);
    arrived();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
      arrived();
    });
  });
  const types = (from = 0) =>
    got
      .slice(from)
      .map((bytes) => String.fromCharCode(bytes[0] ?? 0))
      .join('');
  async function say(messages: readonly Buffer[], until: Until = 'Z'): Promise<string> {
    const from = got.length;
    socket.write(Buffer.concat(messages));
    for (;;) {
      const came = types(from);
      const done = typeof until === 'string' ? inOrder(came, until) : came !== '' && until();
      if (done || socket.destroyed) return came;
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
  }
  return { types, got, say, closed };
}

/** Whether the letters of `until` have come in their order. */
function inOrder(came: string, until: string): boolean {
  let at = 0;
  for (const letter of until) {
    at = came.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
