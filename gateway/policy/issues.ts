/** What zod found wrong with a document, as faults in words: each at the innermost place that it is about. */
import type { z } from 'zod';
import type { Fault } from '../../shared/policy/consistency.ts';

/** One fault for each thing that is wrong. */
export function faultsOfIssues(issues: readonly z.core.$ZodIssue[]): Fault[] {
  return issues.flatMap((issue) => faultsOfIssue(issue, []));
}

type Path = readonly (string | number)[];

function faultsOfIssue(issue: z.core.$ZodIssue, above: Path): Fault[] {
  const path: Path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: 'is not known here; mend or remove it',
    }));
  if (issue.code === 'invalid_union') {
    const meant = branchMeant(issue.errors);
    if (meant.length > 0) return meant.flatMap((inner) => faultsOfIssue(inner, path));
  }
  if (issue.code === 'invalid_key')
    return issue.issues.flatMap((inner) => faultsOfIssue({ ...inner, path: [] }, path));
  return [{ path, message: issue.message }];
}

/**
 * The issues of the alternative that was meant: the one that got furthest into the value. `[a, 3]` for a name or a list of
 * them is a list with a wrong item, not a wrong name.
 */
function branchMeant(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]) =>
    Math.max(
      0,
      ...issues.map(
        ({ path, code }) => path.length + (code === 'invalid_type' || code === 'invalid_value' ? 0 : 0.5),
      ),
    );
  return branches.reduce<readonly z.core.$ZodIssue[]>(
    (best, branch) => (best.length === 0 || depth(branch) > depth(best) ? branch : best),
    [],
  );
}
