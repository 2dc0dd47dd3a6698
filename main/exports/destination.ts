/**
 * Where an export goes. A file takes its name only when it is whole: until then it stands beside it under another, readable by its owner
 * alone, and a failure leaves nothing.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { link, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandError } from '../failure.ts';
import { BufferedFile, type Sink } from './buffered-file.ts';

/** A file under a name of its own until {@link FileDestination.commit}. */
export class FileDestination implements Sink {
  /** Where it is written to. */
  readonly file: FileHandle;
  readonly temporary: string;
  readonly #path: string;
  readonly #force: boolean;
  readonly #buffered: BufferedFile;

  private constructor(path: string, temporary: string, file: FileHandle, force: boolean) {
    this.#path = path;
    this.temporary = temporary;
    this.file = file;
    this.#force = force;
    this.#buffered = new BufferedFile(file);
  }

  /** Throws FILE_EXISTS where there is such a file and `force` is not given, CANNOT_WRITE where none can be made. */
  static async open(path: string, force: boolean): Promise<FileDestination> {
    const whole = resolve(path);
    if (!force && (await exists(whole))) throw alreadyThere(path);
    const temporary = join(dirname(whole), `.${basename(whole)}.${randomBytes(6).toString('hex')}.part`);
    try {
      return new FileDestination(whole, temporary, await open(temporary, 'wx+', 0o600), force);
    } catch (cause) {
      throw new CommandError('CANNOT_WRITE', `cannot write to ${path}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    await this.#buffered.write(chunk);
  }

  /** Gives the file its name, on disk; throws FILE_EXISTS where somebody else took that meanwhile. */
  async commit(): Promise<void> {
    await this.#buffered.flush();
    await this.file.sync();
    await this.file.close();
    if (this.#force) return rename(this.temporary, this.#path);
    try {
      await link(this.temporary, this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(this.#path);
      // File systems without links: what is there is looked for once more.
      if (await exists(this.#path)) throw alreadyThere(this.#path);
      return rename(this.temporary, this.#path);
    }
    await rm(this.temporary);
  }

  /** Leaves nothing. */
  async abort(): Promise<void> {
    await this.file.close().catch(() => undefined);
    await rm(this.temporary, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function alreadyThere(path: string): CommandError {
  return new CommandError('FILE_EXISTS', `${path} exists already; --force writes over it`);
}

/** A stream, such as stdout. */
export function streamSink(stream: NodeJS.WritableStream): Sink {
  return {
    async write(chunk) {
      if (!stream.write(chunk)) await once(stream, 'drain');
    },
  };
}
