/**
 * The floor: a bare pipe of Node, in a process of its own. Every byte goes through two sockets of Node's and nothing looks
 * at it, so what a gateway in Node costs above this is the gateway's own doing.
 *
 * `node bench/pipe.ts PORT` relays to 127.0.0.1:PORT and prints the port it listens on.
 */
import { connect, createServer } from 'node:net';
import { boundPort } from './port.ts';

const to = Number(process.argv[2]);

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ host: '127.0.0.1', port: to, noDelay: true });
  client.pipe(upstream);
  upstream.pipe(client);
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => client.destroy());
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`${boundPort(server)}\n`));
