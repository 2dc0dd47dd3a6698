/** Who may decide on a held statement: a person whom the rule names, and never the one who asks. */
import { ApprovalError } from './approval-error.ts';
import type { HeldStatement } from './hold.ts';

/** Who wants to decide, as their verified token says. */
export interface Decider {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string | null;
  /** Okta's `uid`. */
  readonly userId: string | null;
  readonly name: string | null;
  /** What they are called elsewhere: user name, e-mail address and its part before the @. */
  readonly aliases: readonly string[];
  readonly groups: readonly string[];
  /** Of the token, hex. */
  readonly fingerprint: string;
  /** Why the token is no person's; null when it may be one's. */
  readonly machine: string | null;
  /** In a group that the configuration's `roles.reviewer` names: may decide where a rule names no approvers. */
  readonly reviewer: boolean;
}

/** Throws {@link ApprovalError}. */
export function mayDecide(held: HeldStatement, decider: Decider): void {
  if (decider.machine !== null)
    throw new ApprovalError(
      'NOT_A_PERSON',
      `${decider.machine}; a person decides, with a token of their own`,
    );
  const own = ownership(held.asker, decider);
  if (own !== null) throw new ApprovalError('OWN_STATEMENT', `nobody decides on their own statement: ${own}`);
  const { approvers } = held.terms;
  if (approvers.some((group) => decider.groups.includes(group))) return;
  if (approvers.length === 0 && decider.reviewer) return;
  const who = decider.name ?? decider.subject;
  const wanted =
    approvers.length === 0 ? 'it takes a reviewer' : `it takes a member of ${approvers.join(' or ')}`;
  throw new ApprovalError('NOT_AN_APPROVER', `${who} may not decide on this: ${wanted}`);
}

/**
 * Why the decider counts as the one who asks; null when they do not. One person may hold several tokens, and an agent's client
 * may hold tokens of several people: all that points to the same hands is refused, as another reviewer can be found.
 */
function ownership(asker: HeldStatement['asker'], decider: Decider): string | null {
  if (asker.issuer === decider.issuer) {
    if (asker.subject === decider.subject) return `${decider.subject} asks for it`;
    if (asker.userId !== null && asker.userId === decider.userId)
      return `the same user (${decider.userId}) is behind both tokens`;
    // A client that acts for itself has whatever token was given to it in its hands, those of people included.
    if (asker.clientId !== null && asker.clientId === asker.subject && asker.clientId === decider.clientId)
      return `the token was given to the client that asks for it (${decider.clientId})`;
  }
  const actor = asker.ci?.actor?.toLowerCase();
  const names = [decider.subject, ...decider.aliases].map((name) => name.toLowerCase());
  if (actor !== undefined && names.includes(actor)) return `${asker.ci?.actor} started the CI job`;
  return null;
}
