/** Makes a forked Node look like a utility process of Electron from within: `process.parentPort`, and no other way to the parent. */
import { EventEmitter } from 'node:events';

class ParentPort extends EventEmitter {
  constructor() {
    super();
    // As there, messages wait for the first listener.
    this.once('newListener', () => {
      process.on('message', (data) => this.emit('message', { data }));
    });
  }

  postMessage(message: unknown): void {
    send(message);
  }
}

const send = process.send?.bind(process) ?? ((): void => undefined);
Object.defineProperty(process, 'send', { value: undefined });
Object.defineProperty(process, 'parentPort', { value: new ParentPort() });
