/** A policy that cannot be used. */

/** One thing that is wrong with a policy document. */
export interface PolicyIssue {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The rule it is in, by name, else by number; null outside of rules. */
  readonly rule: string | null;
  /** What is wrong, and how to mend it. */
  readonly message: string;
}

export type PolicyErrorCode = 'POLICY_NOT_FOUND' | 'POLICY_UNREADABLE' | 'POLICY_INVALID';

/** `message` tells the first issue and how many there are; `issues` are all of an invalid document, in its order. */
export class PolicyError extends Error {
  readonly code: PolicyErrorCode;
  readonly issues: readonly PolicyIssue[];
  constructor(
    code: PolicyErrorCode,
    message: string,
    { issues = [], ...options }: ErrorOptions & { readonly issues?: readonly PolicyIssue[] } = {},
  ) {
    super(message, options);
    this.name = 'PolicyError';
    this.code = code;
    this.issues = issues;
  }
}

/** `policy.yaml:3:5: rule "no drop": statement.verb must be …` */
export function issueLine({ file, line, column, rule, message }: PolicyIssue): string {
  return `${file}:${line}:${column}: ${rule === null ? '' : `rule ${rule}: `}${message}`;
}
