/** A document that is one line, however text comes into it: several lines become one, with spaces where they broke. */
import { EditorSelection, EditorState, Transaction, type TransactionSpec } from '@codemirror/state';

/** Joins what is typed, pasted or dropped. */
export const oneLine = EditorState.transactionFilter.of((transaction) =>
  transaction.docChanged && transaction.newDoc.lines > 1 ? joined(transaction) : transaction,
);

function joined(transaction: Transaction): TransactionSpec {
  const changes: { from: number; to: number; insert: string }[] = [];
  let end = 0;
  let grown = 0;
  transaction.changes.iterChanges((from, to, _fromNew, _toNew, inserted) => {
    const insert = joinLines(inserted.toString());
    changes.push({ from, to, insert });
    end = from + grown + insert.length;
    grown += insert.length - (to - from);
  });
  const event = transaction.annotation(Transaction.userEvent);
  return {
    changes,
    selection: EditorSelection.cursor(end),
    scrollIntoView: true,
    ...(event === undefined ? {} : { userEvent: event }),
  };
}

/** Lines with white space around their breaks taken for one space; breaks at the ends are nothing. */
export function joinLines(text: string): string {
  return text
    .split(/[\r\n\u2028\u2029]+/u)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
