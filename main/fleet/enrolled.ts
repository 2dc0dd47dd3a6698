/**
 * The gateways that may link to a team server, in a file beside it: the name of each, and a digest of its secret. Who reads the
 * file, the server included, cannot dial as a gateway.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { GatewayName } from '../../shared/fleet/messages.ts';
import { CommandError } from '../failure.ts';
import { newSecret } from '../server/secret.ts';

const Enrolled = z.object({
  version: z.literal(1),
  gateways: z.record(
    GatewayName,
    z.object({
      /** SHA-256 of the secret, which has 256 bits of chance, base64url. */
      secret: z.string(),
      added: z.number(),
      by: z.string(),
    }),
  ),
});
type Enrolled = z.infer<typeof Enrolled>;

/** One that may link; `added` is in ms. */
export interface EnrolledGateway {
  readonly name: string;
  readonly added: number;
  readonly by: string;
}

/** Wherever `serve.fleet` says. */
export class EnrolledGateways {
  readonly folder: string;
  readonly #path: string;
  #read: { readonly stamp: string; readonly enrolled: Enrolled } | null = null;

  constructor(folder: string) {
    this.folder = folder;
    this.#path = join(folder, 'gateways.json');
  }

  /** By name. Throws {@link CommandError} when the file cannot be read, as all here. */
  list(): EnrolledGateway[] {
    const { gateways } = this.#enrolled();
    return Object.entries(gateways)
      .map(([name, { added, by }]) => ({ name, added, by }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whether the secret is that of the gateway of this name; how long it takes tells nothing of either. */
  knows(name: string, secret: string): boolean {
    const { gateways } = this.#enrolled();
    const known = Object.hasOwn(gateways, name) ? gateways[name]?.secret : undefined;
    const same = timingSafeEqual(digest(secret), known === undefined ? digest(newSecret()) : stored(known));
    return same && known !== undefined;
  }

  /** Lets a gateway in, or in by another secret; gives the secret, which is kept nowhere. */
  add(
    name: string,
    { by, now, again }: { readonly by: string; readonly now: number; readonly again: boolean },
  ): string {
    const { gateways } = this.#enrolled();
    if (Object.hasOwn(gateways, name) && !again)
      throw new CommandError(
        'FILE_EXISTS',
        `there is a gateway ${name} already: another secret in place of its own is given with --new-secret`,
      );
    const secret = newSecret();
    const entry = { secret: digest(secret).toString('base64url'), added: now, by };
    this.#write({ version: 1, gateways: { ...gateways, [name]: entry } });
    return secret;
  }

  remove(name: string): void {
    const { gateways } = this.#enrolled();
    if (!Object.hasOwn(gateways, name))
      throw new CommandError('BAD_USAGE', `there is no gateway ${name} in ${this.#path}`);
    const { [name]: _, ...rest } = gateways;
    this.#write({ version: 1, gateways: rest });
  }

  /** Read again when somebody wrote it. */
  #enrolled(): Enrolled {
    const stamp = stampOf(this.#path);
    if (stamp === null) return { version: 1, gateways: {} };
    if (this.#read?.stamp === stamp) return this.#read.enrolled;
    try {
      const enrolled = Enrolled.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
      this.#read = { stamp, enrolled };
      return enrolled;
    } catch (cause) {
      throw new CommandError('CONFIG_UNREADABLE', `${this.#path} is no list of gateways; mend or remove it`, {
        cause,
      });
    }
  }

  #write(enrolled: Enrolled): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#path}.new`, `${JSON.stringify(enrolled, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    renameSync(`${this.#path}.new`, this.#path);
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Of the length of a digest, whatever the file says. */
function stored(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === 32 ? bytes : digest('');
}

function stampOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.mtimeMs} ${found.size} ${found.ino}`;
}
