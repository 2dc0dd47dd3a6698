/** How what is on a gateway of the fleet is named among all: `gw-1:12` is the request 12 of the gateway gw-1. */
import type { ApprovalRow } from '../../shared/api/approvals.ts';
import type { RequestRow } from '../../shared/approvals/request.ts';
import { GatewayName } from '../../shared/fleet/messages.ts';

const BETWEEN = ':';

export function addressOf(gateway: string, id: string): string {
  return gateway + BETWEEN + id;
}

/** null: it is of no gateway of the fleet. */
export function addressed(id: string): { readonly gateway: string; readonly id: string } | null {
  const at = id.indexOf(BETWEEN);
  const gateway = GatewayName.safeParse(id.slice(0, at));
  return at < 0 || !gateway.success ? null : { gateway: gateway.data, id: id.slice(at + 1) };
}

/** Where a request is; `away` is since when its gateway is away, ms. */
interface Whereabouts {
  readonly name: string;
  readonly away: number | null;
  readonly now: number;
}

/**
 * As people see it. Absence approves nothing: at its deadline the gateway refused it, unless somebody decided there, and which of
 * them it was is told when it is back.
 */
export function addressedRequest<R extends RequestRow>(request: R, { name, away, now }: Whereabouts) {
  const { verbs, tables, rules, approvers, votes } = request;
  const row = {
    ...request,
    id: addressOf(name, request.id),
    verbs: [...verbs],
    tables: [...tables],
    rules: [...rules],
    approvers: [...approvers],
    votes: [...votes],
    gateway: { name, away },
  } satisfies ApprovalRow;
  if (request.state !== 'pending' || away === null || now < request.deadline) return row;
  const outcome = `its time was over while ${name} was away: what became of it is told when that is back`;
  return { ...row, state: 'timeout' as const, ended: request.deadline, outcome };
}
