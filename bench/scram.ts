/** The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), as far as a benchmark's client needs it. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface ScramExchange {
  /** The first message; PostgreSQL takes the user from the start-up packet, so the name is empty. */
  readonly first: string;
  /** The answer to the server's first message. */
  final(serverFirst: string): string;
}

/** Starts an exchange without channel binding. */
export function startScram(password: string): ScramExchange {
  const bare = `n=,r=${randomBytes(18).toString('base64')}`;
  return {
    first: `n,,${bare}`,
    final(serverFirst) {
      const attributes = new Map(serverFirst.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
      const salt = Buffer.from(attributes.get('s') ?? '', 'base64');
      const salted = pbkdf2Sync(password, salt, Number(attributes.get('i')), 32, 'sha256');
      const clientKey = hmac(salted, 'Client Key');
      const unproved = `c=biws,r=${attributes.get('r')}`;
      const signature = hmac(
        createHash('sha256').update(clientKey).digest(),
        `${bare},${serverFirst},${unproved}`,
      );
      const proof = clientKey.map((byte, i) => byte ^ (signature[i] ?? 0));
      return `${unproved},p=${Buffer.from(proof).toString('base64')}`;
    },
  };
}
