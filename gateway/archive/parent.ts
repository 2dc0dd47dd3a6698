/** A child process's end of the channel to whoever started it, by Node's fork or as a utility process of Electron. */
/* oxlint-disable typescript/no-unnecessary-type-parameters -- who listens knows what the other side sends */
import type { EventEmitter } from 'node:events';

/** Of Electron's utility processes; their life ends with their parent's. */
interface ParentPort extends EventEmitter {
  postMessage(message: unknown): void;
}

function parentPort(): ParentPort | null {
  return (Reflect.get(process, 'parentPort') as ParentPort | undefined) ?? null;
}

/** Calls back with each message; what came earlier waits until somebody hears. */
export function hearParent<M>(listener: (message: M) => void): void {
  const port = parentPort();
  if (port === null) process.on('message', listener);
  else port.on('message', ({ data }: { readonly data: M }) => listener(data));
}

/** Nothing where there is no parent, or none any more. */
export function tellParent(message: unknown): void {
  const port = parentPort();
  if (port === null) process.send?.(message, undefined, undefined, () => undefined);
  else port.postMessage(message);
}

/** Whoever asked is gone: nobody waits for answers. */
export function leaveWithParent(): void {
  process.once('disconnect', () => process.exit());
}

/** Ends this process once all is done; the parent is told nothing more. */
export function leaveParent(): void {
  if (parentPort() === null) process.disconnect();
  else process.exit();
}
