/** Messages of the extended protocol that the gateway itself sends to servers (PostgreSQL manual §54.7). */
import { serialize } from 'pg-protocol';

/** Parse, Bind, Describe, Execute, Close and Sync of one statement under a name, which is free again afterwards. */
export function askedAs(
  name: string,
  question: {
    readonly sql: string;
    readonly parameters: readonly (string | null)[];
    readonly parameterTypes?: readonly number[];
  },
): Buffer {
  const { sql: text, parameters, parameterTypes = [] } = question;
  return Buffer.concat([
    serialize.parse({ name, text, types: [...parameterTypes] }),
    serialize.bind({ portal: name, statement: name, values: [...parameters] }),
    serialize.execute({ portal: name }),
    serialize.close({ type: 'P', name }),
    serialize.close({ type: 'S', name }),
    serialize.sync(),
  ]);
}

/** Describe of a portal. */
export function describePortal(name: string): Buffer {
  return serialize.describe({ type: 'P', name });
}

/** A Query of one text. */
export function query(text: string): Buffer {
  return serialize.query(text);
}

/** Parse of a text under a name. */
export function parse(name: string, text: string): Buffer {
  return serialize.parse({ name, text, types: [] });
}
