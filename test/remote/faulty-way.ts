/** The way to a store, on which things go wrong: requests are passed on as they are, or as the test wants it. */
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What becomes of requests: passed on; answered with an error; passed on late; cut in their midst, or their answer. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly status: number; readonly code: string }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'short' };

export class FaultyWay implements AsyncDisposable {
  fault: Fault = { kind: 'none' };
  /** Requests that were not passed on as they came. */
  faults = 0;
  readonly #target: URL;
  readonly #server = createServer((request, response) => void this.#pass(request, response));

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async to(target: string): Promise<FaultyWay> {
    const way = new FaultyWay(target);
    await new Promise<void>((resolve) => way.#server.listen(0, '127.0.0.1', resolve));
    return way;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = this;
    if (fault.kind !== 'none') this.faults++;
    if (fault.kind === 'slow') await pause(fault.ms);
    if (fault.kind === 'error') {
      const body = `<Error><Code>${fault.code}</Code><Message>as the test wants it</Message></Error>`;
      request.resume();
      response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(body);
      return;
    }
    const { hostname, port } = this.#target;
    // The signature is over the host that the client knows.
    const { method, url, headers } = request;
    const onward = ask({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (fault.kind !== 'short') return void answer.pipe(response);
      // Half of what comes first arrives, and then nothing.
      answer.once('data', (chunk: Buffer) =>
        response.write(chunk.subarray(0, chunk.length / 2), () => response.destroy()),
      );
    });
    onward.on('error', () => response.destroy());
    if (fault.kind !== 'cut') return void request.pipe(onward);
    // Half of the body arrives, and then nothing on either side.
    request.once('data', (chunk: Buffer) => {
      onward.write(chunk.subarray(0, chunk.length / 2));
      setTimeout(() => {
        onward.destroy();
        request.socket.destroy();
      }, 20);
    });
    request.once('end', () => request.socket.destroy());
  }
}
