/** A session of the gateway's own with a server, for commands: nobody else uses it, so it can always be asked. */
import type { Socket } from 'node:net';
import { parse } from 'pg-protocol';
import { askedAs } from '../wire/extended.ts';
import type { Answer, Backend, Question } from './backend.ts';

type Row = (string | null)[];

/** How pg-protocol hands over what is used here. */
interface Received {
  readonly name: string;
  readonly fields?: Row;
  readonly code?: string;
  readonly message?: string;
}

export class OwnSession implements Backend {
  readonly inTransaction = false;
  readonly #socket: Socket;
  #waiting: PromiseWithResolvers<Answer> | null = null;
  #rows: Row[] = [];
  #error: { readonly sqlstate: string; readonly message: string } | null = null;

  /** Takes over a socket that stands at its first ReadyForQuery. */
  constructor(socket: Socket) {
    this.#socket = socket;
    void parse(socket, (message: object) => {
      this.#take(message as Received);
    });
    socket.once('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
    socket.resume();
  }

  get free(): boolean {
    return this.#waiting === null && !this.#socket.destroyed;
  }

  ask(question: Question): Promise<Answer> {
    if (!this.free) throw new TypeError('one question at a time');
    const waiting = (this.#waiting = Promise.withResolvers<Answer>());
    this.#rows = [];
    this.#error = null;
    this.#socket.write(askedAs('', question));
    return waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take({ name, fields, code, message }: Received): void {
    if (name === 'dataRow' && fields !== undefined) this.#rows.push(fields);
    else if (name === 'error') this.#error = { sqlstate: code ?? '', message: message ?? '' };
    else if (name === 'readyForQuery') {
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.resolve(this.#error === null ? { rows: this.#rows } : { error: this.#error });
    }
  }
}
