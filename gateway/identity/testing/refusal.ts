/** What a verifier says to a password that it refuses. */
import { expect } from 'vitest';
import { IdentityError, type Verifier } from '../verifier.ts';

/** The refusal; checks that its text gives nothing of the token away. */
export async function refusal(verifier: Verifier, password: string): Promise<IdentityError> {
  const error: unknown = await verifier.verify(password).then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof IdentityError)) throw error;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    for (const part of password.split(/[.,]/)) if (part.length > 8) expect(cause.message).not.toContain(part);
  }
  return error;
}
