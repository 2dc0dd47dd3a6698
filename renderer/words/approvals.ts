/** Words of the approvals inbox. */
export const APPROVALS = {
  approve: 'Approve: Enter in the reason decides',
  reject: 'Reject, with a reason',
} as const;
