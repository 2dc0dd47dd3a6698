/** A simple query over a socket that stands at ReadyForQuery. */
import type { Socket } from 'node:net';
import { parse, serialize } from 'pg-protocol';

/** The rows (as text) and SQLSTATEs that a session answers a query with. */
export async function query(socket: Socket, text: string): Promise<string[]> {
  const answers: string[] = [];
  socket.write(serialize.query(text));
  socket.resume();
  await new Promise<void>((resolve) => {
    void parse(socket, (message) => {
      if (message.name === 'dataRow' && 'fields' in message) answers.push(String(message.fields));
      if (message.name === 'error' && 'code' in message) answers.push(String(message.code));
      if (message.name === 'readyForQuery') resolve();
    });
  });
  return answers;
}
