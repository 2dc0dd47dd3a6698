/** The secrets of one session: what its statements hold is masked in the record, and so is what the server says of it again. */
import { valuesMayHoldSecret } from './marks.ts';
import { maskSecretParameters } from './parameters.ts';
import { maskSql } from './sql-secrets.ts';
import { maskComment } from './value.ts';

/** How many secrets are looked for in answers: the last ones, as each costs a look at every byte. */
const MAX_KNOWN = 16;

/** Shorter ones are found everywhere, longer ones are no passwords and not repeated. */
const SHORTEST_KNOWN = 4;
const LONGEST_KNOWN = 4096;

/** `*`, as many as the secret has bytes: the wire messages that are recorded keep their lengths. */
const COVER = 0x2a;

/** A SQL text as the record may hold it. */
export interface Recordable {
  readonly text: Buffer;
  readonly masked: boolean;
  /** Its parameters are secrets. */
  readonly takesSecrets: boolean;
}

export class SessionSecrets {
  /** Longest first: one may be part of another. */
  #known: Buffer[] = [];

  /** The text of a Query or Parse; null when it and its parameters are recorded as they are. */
  sql(text: Buffer): Recordable | null {
    const masked = maskSql(text);
    if (masked !== null) this.#learn(masked.secrets);
    return masked;
  }

  /** The parameters of a Bind, whose statement takes secrets or does not; the same object when nothing is masked. */
  parameters(parameters: Buffer, takesSecrets: boolean): Buffer {
    if (!takesSecrets && !valuesMayHoldSecret(parameters)) return parameters;
    const secrets = new Set<string>();
    const masked = maskSecretParameters(parameters, takesSecrets, secrets);
    this.#learn(secrets);
    return masked;
  }

  /** Rows, descriptions and other messages of the server, in which known secrets are covered. */
  answer(bytes: Buffer): Buffer {
    return this.#known.length === 0 ? bytes : covered(bytes, this.#known);
  }

  /** Errors, notices and what else repeats statements in the server's own words. */
  message(bytes: Buffer): Buffer {
    if (!valuesMayHoldSecret(bytes)) return this.answer(bytes);
    const found = new Set<string>();
    maskComment(bytes.toString('latin1'), found);
    return covered(this.answer(bytes), buffers(found));
  }

  #learn(secrets: ReadonlySet<string>): void {
    if (secrets.size === 0) return;
    const known = new Set(this.#known.map((secret) => secret.toString('latin1')));
    for (const secret of secrets) {
      if (secret.length < SHORTEST_KNOWN || secret.length > LONGEST_KNOWN) continue;
      known.delete(secret);
      known.add(secret);
    }
    this.#known = buffers([...known].slice(-MAX_KNOWN));
  }
}

function buffers(secrets: Iterable<string>): Buffer[] {
  return [...secrets]
    .map((secret) => Buffer.from(secret, 'latin1'))
    .toSorted((one, other) => other.length - one.length);
}

/** A copy with the secrets covered, the same object when none is in it. */
function covered(bytes: Buffer, secrets: readonly Buffer[]): Buffer {
  let copy: Buffer | null = null;
  for (const secret of secrets) {
    for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, at + secret.length)) {
      copy ??= Buffer.from(bytes);
      copy.fill(COVER, at, at + secret.length);
    }
  }
  return copy ?? bytes;
}
