/** A rule that holds statements, as a policy document has it: shown while nothing waits. */
export const EXAMPLE_RULE = `rules:
  - name: every row is held
    statement: { features: missing where }
    effect: hold
    hold: { approvers: [dba], timeout: 10m }`;
