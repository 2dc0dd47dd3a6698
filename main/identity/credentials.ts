/** Tokens of the person who signed in, kept in a file of theirs alone; one entry an issuer. */
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../failure.ts';

const Credential = z.object({
  issuer: z.string(),
  /** The client it was given to; null of a token that was brought along. */
  clientId: z.string().nullable(),
  accessToken: z.string(),
  refreshToken: z.string().nullable(),
  /** When the access token ends, ms since 1970. */
  expires: z.number(),
  /** When it was stored, ms since 1970. */
  stored: z.number(),
});

/** What proves who somebody is to one issuer's gateways. */
export type Credential = z.infer<typeof Credential>;

const File = z.object({ version: z.literal(1), credentials: z.array(Credential) });

export class Credentials {
  readonly #folder: string;
  readonly #path: string;

  /** `folder` is the user's own (gateway/config.ts, `userFolder`); made when something is stored. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'credentials.json');
  }

  /** The latest first. Rejects with {@link CommandError} when the file is damaged. */
  async all(): Promise<Credential[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    try {
      return File.parse(JSON.parse(text)).credentials.toSorted((a, b) => b.stored - a.stored);
    } catch {
      // The cause is left out: it may quote a token.
      throw new CommandError('KEY_UNUSABLE', `${this.#path} is damaged; remove it and sign in again`);
    }
  }

  /** The latest of these issuers; of any, when `issuers` is null. */
  async find(issuers: readonly string[] | null): Promise<Credential | null> {
    const all = await this.all();
    return all.find(({ issuer }) => issuers === null || issuers.includes(issuer)) ?? null;
  }

  /** Stores it in place of what there was of its issuer. */
  async put(credential: Credential): Promise<void> {
    const others = (await this.all()).filter(({ issuer }) => issuer !== credential.issuer);
    await this.#write([credential, ...others]);
  }

  async remove(issuer: string): Promise<void> {
    const others = (await this.all()).filter((credential) => credential.issuer !== issuer);
    if (others.length === 0) await rm(this.#path, { force: true });
    else await this.#write(others);
  }

  /** Whole or not at all, and never readable by others, not even for a moment. */
  async #write(credentials: readonly Credential[]): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const draft = `${this.#path}.${process.pid}.tmp`;
    await rm(draft, { force: true });
    const file: z.infer<typeof File> = { version: 1, credentials: [...credentials] };
    await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await chmod(draft, 0o600);
    await rename(draft, this.#path);
  }
}
