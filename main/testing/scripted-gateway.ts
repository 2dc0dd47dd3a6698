/** A gateway's control socket as far as approvals go, which answers what a test says: the real one is tested by its own tests. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { DecisionRequest } from '../../gateway/approvals-schema.ts';
import { RequestLine } from '../../shared/approvals/request-schema.ts';
import { encodeServerSent } from '../../shared/api/server-sent.ts';
import type { RequestDetail, RequestNews, RequestRow } from '../../shared/approvals/request.ts';

/** The token that this gateway believes. */
export const ADA_TOKEN = 'ada';

const MINUTE = 60_000;

export class ScriptedGateway {
  readonly socket: string;
  readonly requests = new Map<string, RequestDetail>();
  /** What is answered to the next decision instead of taking it. */
  refusal: { readonly status: number; readonly code: string; readonly message: string } | null = null;
  readonly #streams = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(socket: string) {
    this.socket = socket;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.socket);
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Holds a statement. */
  hold(request: RequestDetail): void {
    this.requests.set(request.id, request);
    this.#tell({ kind: 'changed', request: rowOf(request) });
  }

  /** Ends a request as somebody else, or time, did. */
  end(id: string, state: RequestRow['state'], outcome: string): RequestRow {
    const request = this.requests.get(id);
    if (request === undefined) throw new Error(`nobody holds ${id}`);
    const ended = { ...request, state, outcome, ended: Date.now() };
    this.requests.set(id, ended);
    this.#tell({ kind: 'changed', request: rowOf(ended) });
    return rowOf(ended);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, , id] = (request.url ?? '').split('/');
    if (id === 'events') return this.#stream(response);
    const detail = id === undefined ? undefined : this.requests.get(id);
    if (id === undefined) return json(response, 200, { requests: this.#rows() });
    if (detail === undefined)
      return json(response, 404, { code: 'NOT_FOUND', message: `there is no request ${id}` });
    if (request.method !== 'POST') return json(response, 200, detail);
    const decision = DecisionRequest.parse(JSON.parse(await text(request)));
    if (this.refusal !== null) return json(response, this.refusal.status, this.refusal);
    if (request.headers.authorization !== `Bearer ${ADA_TOKEN}`)
      return json(response, 401, { code: 'UNAUTHENTICATED', message: 'sign in: deciding takes a token' });
    const verdict = decision.verdict === 'approve' ? 'approved' : 'rejected';
    return json(response, 200, this.end(id, verdict, `${verdict} by Ada: ${decision.reason}`));
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#streams.add(response);
    response.once('close', () => this.#streams.delete(response));
    send(response, { kind: 'all', requests: this.#rows() });
  }

  #rows(): RequestRow[] {
    return [...this.requests.values()].toReversed().map(rowOf);
  }

  #tell(news: RequestNews): void {
    for (const stream of this.#streams) send(stream, news);
  }
}

function send(stream: ServerResponse, news: RequestNews): void {
  stream.write(encodeServerSent({ event: 'approvals', id: '', data: JSON.stringify(news) }));
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** A line of the list is a detail without what only the detail has; the schema of the list takes the rest off. */
function rowOf(detail: RequestDetail): RequestRow {
  return RequestLine.parse(detail);
}

/** A request of the CI agent to empty `orders`, opened now. */
export function requestOf(id: string, more: Partial<RequestDetail> = {}): RequestDetail {
  const statement = 'DELETE FROM orders\nWHERE created < $1 -- stale ones';
  return {
    id,
    worker: 0,
    state: 'pending',
    session: '02'.repeat(16),
    statement: 2,
    connection: 'shop',
    asker: {
      issuer: 'https://issuer.example',
      subject: 'ci-deployer',
      clientId: 'deployer',
      address: '127.0.0.1',
      job: 'github/4711/3',
      attested: true,
      actor: 'grace',
    },
    verbs: ['DELETE'],
    tables: ['public.orders'],
    rules: ['delete-many'],
    severity: 'high',
    message: 'a DELETE of many rows needs a second pair of eyes',
    preview: statement,
    previewCut: false,
    opened: Date.now(),
    deadline: Date.now() + 15 * MINUTE,
    ended: null,
    outcome: null,
    approvers: ['dba'],
    quorum: 1,
    votes: [],
    text: statement,
    textCut: false,
    parameters: ['2026-01-01', null],
    because: ['verb DELETE, estimated rows 48,112 > 10,000'],
    facts: JSON.stringify({
      statements: [
        {
          verb: 'DELETE',
          class: 'write',
          tables: [{ name: 'public.orders', resolved: true, reads: true, writes: true, via: [] }],
          columns: ['public.orders.created'],
          functions: [],
          features: [],
        },
      ],
      unparsed: null,
      resolved: true,
    }),
    groups: ['ci-agents'],
    hash: '42'.repeat(32),
    resolved: true,
    estimate: JSON.stringify([
      {
        Plan: {
          'Node Type': 'ModifyTable',
          Operation: 'Delete',
          'Relation Name': 'orders',
          'Plan Rows': 0,
          'Total Cost': 1839.5,
          Plans: [
            {
              'Node Type': 'Seq Scan',
              'Relation Name': 'orders',
              'Plan Rows': 48_112,
              'Total Cost': 1839.5,
              Filter: "(created < '2026-01-01'::date)",
            },
          ],
        },
      },
    ]),
    ...more,
  };
}
