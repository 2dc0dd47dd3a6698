/** A team server that somebody has taken over: it says to a gateway whatever a test wants, and hears what it answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { lineOf } from '../../shared/fleet/lines.ts';
import { Hello, type Said, SaidList } from '../../shared/fleet/messages.ts';
import { LOCALHOST } from '../../gateway/postgres/testing/certificate.ts';

type Answered = Extract<Said, { kind: 'answer' }>;

export class FalseServer implements AsyncDisposable {
  /** Each link that was opened, the last one last. */
  readonly hellos: Hello[] = [];
  readonly said: Said[] = [];
  #stream: ServerResponse | null = null;
  readonly #server = createServer(
    { ...LOCALHOST },
    (request, response) => void this.#take(request, response),
  );

  static async start(): Promise<FalseServer> {
    const server = new FalseServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get link(): string {
    return this.hellos.at(-1)?.link ?? '';
  }

  /** Writes a message, or bytes as they are. */
  tell(message: unknown): void {
    this.#stream?.write(typeof message === 'string' ? message : lineOf(message));
  }

  /** Ends the link that stands. */
  end(): void {
    this.#stream?.end();
  }

  answers(number: number): Answered[] {
    return this.said.filter((one): one is Answered => one.kind === 'answer' && one.number === number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse(await text(request));
    if (request.url !== '/fleet/link') {
      this.said.push(...SaidList.parse(body));
      response.writeHead(204).end();
      return;
    }
    this.hellos.push(Hello.parse(body));
    this.#stream = response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    this.tell({ kind: 'welcome', version: 1, id: 'x', software: 'false' });
  }
}
