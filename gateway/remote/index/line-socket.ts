/** JSON values over a socket, one a line. */
import type { Socket } from 'node:net';

/* oxlint-disable typescript/no-unnecessary-type-parameters -- who listens knows what the other side sends */
/** Calls back with each value that comes; what is none ends the connection. */
export function hearLines<T>(socket: Socket, hear: (value: T) => void): void {
  let parts: string[] = [];
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const [first = '', ...rest] = text.split('\n');
    parts.push(first);
    for (const part of rest) {
      const line = parts.join('');
      parts = [part];
      try {
        hear(JSON.parse(line) as T);
      } catch (error) {
        socket.destroy(error instanceof SyntaxError ? undefined : (error as Error));
      }
    }
  });
}

export function sayLine(socket: Socket, value: object): void {
  socket.write(`${JSON.stringify(value)}\n`);
}
