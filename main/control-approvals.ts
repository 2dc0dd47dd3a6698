/** Held statements of a running gateway: looked at and decided on over its control socket, with the person's own token. */
import { News, RequestList } from '../gateway/approvals-schema.ts';
import { RequestLine, WholeRequest } from '../shared/approvals/request-schema.ts';
import type { RequestDetail, RequestNews, RequestRow, Verdict } from '../shared/approvals/request.ts';
import { ServerSentDecoder } from '../shared/api/server-sent.ts';
import { askGateway, followGateway } from './control-client.ts';

/** A gateway's control socket, and the token of who asks; null: whoever can open the socket. */
export interface GatewayAccess {
  readonly socket: string;
  readonly token: string | null;
}

/** What is pending, then what was decided last. Rejects with CommandError, as all here. */
export async function listRequests({ socket, token }: GatewayAccess): Promise<readonly RequestRow[]> {
  const question = { method: 'GET', path: '/approvals', schema: RequestList, token };
  return (await askGateway(socket, question)).requests;
}

export function showRequest({ socket, token }: GatewayAccess, id: string): Promise<RequestDetail> {
  const path = pathOf(id);
  return askGateway(socket, {
    method: 'GET',
    path,
    schema: WholeRequest,
    token,
    absent: 'REQUEST_NOT_FOUND',
  });
}

/** Resolves to how the request stands then: a quorum may want more. */
export function decideOn(
  { socket, token }: GatewayAccess,
  id: string,
  decision: { readonly verdict: Verdict; readonly reason: string },
): Promise<RequestRow> {
  return askGateway(socket, {
    method: 'POST',
    path: pathOf(id),
    schema: RequestLine,
    body: decision,
    token,
    absent: 'REQUEST_NOT_FOUND',
  });
}

/** How the inbox stands, then each change, until `signal` aborts or the gateway ends. */
export async function* followRequests(
  { socket, token }: GatewayAccess,
  signal: AbortSignal,
): AsyncGenerator<RequestNews, void, undefined> {
  const decoder = new ServerSentDecoder();
  for await (const chunk of followGateway(socket, '/approvals/events', { token, signal }))
    for (const { data } of decoder.push(chunk)) yield News.parse(JSON.parse(data));
}

function pathOf(id: string): string {
  return `/approvals/${encodeURIComponent(id)}`;
}
