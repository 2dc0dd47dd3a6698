/** How a gateway and its forked workers call each other: one message a call, one an answer, over the fork's channel. */
import type { ChildProcess } from 'node:child_process';
import { ArchiveError, type ArchiveErrorCode } from './archive/archive.ts';
import { GatewayError } from './gateway-error.ts';
import { SpoolError } from './recorder/spool-file.ts';
import type { Worker } from './worker.ts';

/** One end of a channel: the parent's child, or the child's own process. */
export type Channel = Pick<ChildProcess, 'send' | 'on'> | NodeJS.Process;

/** An error as it crosses the channel. */
interface Failure {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
}

type Message =
  | { readonly call: number; readonly method: string; readonly argument: unknown }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly failure: Failure };

type Method = (argument: unknown) => Promise<unknown>;

/** Calls the other side and answers its calls. */
export class WorkerCalls {
  readonly #channel: Channel;
  readonly #methods: Readonly<Record<string, Method>>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;
  #broken: Error | null = null;

  /** `methods` are what the other side may call. */
  constructor(channel: Channel, methods: object) {
    this.#channel = channel;
    this.#methods = methods as Readonly<Record<string, Method>>;
    const listen = channel.on.bind(channel) as (event: 'message', take: (message: unknown) => void) => void;
    listen('message', (message) => this.#take(message as Message));
  }

  /** Calls a method of the other side; rejects with its error, or when the other side is gone. */
  call<T>(method: string, argument?: unknown): Promise<T> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    const id = this.#calls++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#send({ call: id, method, argument });
    return waiting.promise as Promise<T>;
  }

  /** The other side is gone: nothing will be answered any more. */
  break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #take(message: Message): void {
    if ('call' in message) {
      void this.#answer(message.call, message.method, message.argument);
      return;
    }
    const waiting = this.#waiting.get(message.answer);
    this.#waiting.delete(message.answer);
    if ('failure' in message) waiting?.reject(errorOf(message.failure));
    else waiting?.resolve(message.value);
  }

  async #answer(id: number, name: string, argument: unknown): Promise<void> {
    try {
      const method = this.#methods[name];
      if (method === undefined) throw new TypeError(`there is no ${name} to call`);
      this.#send({ answer: id, value: await method(argument) });
    } catch (error) {
      this.#send({ answer: id, failure: failureOf(error) });
    }
  }

  #send(message: Message): void {
    // A channel that breaks while something is sent is noticed by whoever waits for the process's end.
    this.#channel.send?.(message, undefined, undefined, () => {});
  }
}

/** A worker at the other side of a channel. */
export function remoteWorker(calls: WorkerCalls): Worker {
  return {
    report: () => calls.call('report'),
    sessions: () => calls.call('sessions'),
    end: (call) => calls.call('end', call),
    revoke: (revocation) => calls.call('revoke', revocation),
    identify: (token) => calls.call('identify', token),
    request: (id) => calls.call('request', id),
    vote: (ballot) => calls.call('vote', ballot),
    cancel: (wish) => calls.call('cancel', wish),
    configure: (config) => calls.call('configure', config),
    head: () => calls.call('head'),
    recordHold: (fields) => calls.call('recordHold', fields),
    recordHeads: (heads) => calls.call('recordHeads', heads),
    redact: (call) => calls.call('redact', call),
    destroyKeys: (call) => calls.call('destroyKeys', call),
    rekey: (keys) => calls.call('rekey', keys),
    drain: (milliseconds) => calls.call('drain', milliseconds),
    hurry: () => calls.call('hurry'),
    close: () => calls.call('close'),
  };
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', code: null, message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { name: error.name, code, message: error.message };
}

/** The error as the class that its receivers look for. */
function errorOf({ name, code, message }: Failure): Error {
  if (name === 'ArchiveError') return new ArchiveError(code as ArchiveErrorCode, message);
  if (name === 'SpoolError') return new SpoolError(code as SpoolError['code'], message);
  if (name === 'GatewayError') return new GatewayError(code as GatewayError['code'], message);
  return Object.assign(new Error(message), { name, ...(code !== null && { code }) });
}
