/** What a token says of itself. Nobody has verified it: good for showing, and for knowing when to get another one. */
import { z } from 'zod';

/** Who is signed in, for people to read. */
export interface SignedIn {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly groups: readonly string[];
  /** When the token ends, ms since 1970; one that can be renewed ends for nobody. */
  readonly expires: number;
  readonly renewable: boolean;
}

const Claims = z.looseObject({
  iss: z.string(),
  sub: z.string(),
  exp: z.number(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  groups: z.array(z.string()).optional(),
});

/** Null when it is no token that could be read. */
export function claimsOf(token: string): Omit<SignedIn, 'renewable'> | null {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return null;
  try {
    const claims = Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    const { iss, sub, exp, name, preferred_username: user, groups = [] } = claims;
    return { issuer: iss, subject: sub, name: name ?? user ?? null, groups, expires: exp * 1000 };
  } catch {
    return null;
  }
}
