/** What goes wrong with a case. */

/**
 * CASE_UNREADABLE: the file is none, or damaged; CASE_NEWER: of a newer version; CASE_NOT_FOUND: no such file; ENTRY_NOT_FOUND: no such
 * note or finding in it, or no such place in the archive; NOT_YOURS: only its author may change it; BAD_ENTRY: it says too little.
 */
export type CaseErrorCode =
  'CASE_UNREADABLE' | 'CASE_NEWER' | 'CASE_NOT_FOUND' | 'ENTRY_NOT_FOUND' | 'NOT_YOURS' | 'BAD_ENTRY';

export class CaseError extends Error {
  readonly code: CaseErrorCode;
  constructor(code: CaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CaseError';
    this.code = code;
  }
}
