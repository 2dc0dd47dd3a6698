/** Changes of findings: shown at once, written through the host, taken back when it refuses. */
import { useMutation } from '@tanstack/react-query';
import type { Finding, FindingChange } from '../../shared/findings/finding.ts';
import { api, queries } from '../api.ts';
import { refreshCase } from '../casework.ts';
import { withChange } from './with-change.ts';

interface Findings {
  readonly items: Finding[];
}

interface CaptionOrGone {
  readonly caption?: string;
  readonly removed?: boolean;
}

const WRITES = ['write-finding'];

/** One after another, in the order in which a person made them. */
const inTurn = { mutationKey: WRITES, scope: { id: 'findings' } };

/** Changes any finding. */
export function useFindingChange() {
  return useMutation<Finding, Error, { readonly id: string; readonly change: FindingChange }>({
    ...inTurn,
    mutationFn: ({ id, change }) => api.changeFinding({ id, ...change }),
    onMutate: async ({ id, change }) => {
      await queries.cancelQueries({ queryKey: ['case'] });
      const before = known(id);
      if (before !== undefined) show(withChange(before, change));
    },
    onSettled: refreshAfterLast,
  });
}

/** Changes a frame of a finding: its caption, or whether it is there. */
export function useEvidenceChange(id: string) {
  return useMutation<Finding, Error, { readonly evidence: string; readonly change: CaptionOrGone }>({
    ...inTurn,
    mutationFn: ({ evidence, change }) => api.changeEvidence({ id, evidence, ...change }),
    onSuccess: show,
    onSettled: refreshAfterLast,
  });
}

/** Puts a finding as it now stands into all that shows it. */
function show(finding: Finding): void {
  queries.setQueryData(['case', 'finding', finding.id], finding);
  queries.setQueryData<Findings>(['case', 'findings'], (all) =>
    all === undefined
      ? undefined
      : { items: all.items.map((other) => (other.id === finding.id ? finding : other)) },
  );
}

function known(id: string): Finding | undefined {
  return (
    queries.getQueryData<Finding>(['case', 'finding', id]) ??
    queries.getQueryData<Findings>(['case', 'findings'])?.items.find((finding) => finding.id === id)
  );
}

/** What the host says would undo, for a moment, the changes that are still on their way to it. */
function refreshAfterLast(): void {
  if (queries.isMutating({ mutationKey: WRITES }) <= 1) refreshCase();
}
