/**
 * Requests to issuers, which may be slow, down or hostile: bounded in time and size, never redirected, and nothing of what
 * was sent or answered ever stands in an error.
 */
import { parseObject } from './strict-json.ts';

/** Milliseconds for one request to an issuer, its answer's last byte included: someone waits at a password prompt. */
const TIMEOUT = 5000;

/** Metadata and key sets of real issuers have 1–20 KiB. */
const MAX_ANSWER_BYTES = 512 * 1024;

/** The way to issuers; `closing` ends requests under way. */
export interface IssuerNetwork {
  readonly fetch: typeof fetch;
  readonly closing: AbortSignal;
}

/** `json` is null unless `status` is 200. */
export interface IssuerAnswer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>> | null;
}

/**
 * Asks an address that the configuration, or the metadata of a configured issuer, names; never one out of a token. `what`
 * is what errors call the answer. Rejects with an Error whose innermost message may be shown.
 */
export async function askIssuer(
  address: URL,
  what: string,
  network: IssuerNetwork,
  request: RequestInit = {},
): Promise<IssuerAnswer> {
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT), network.closing]);
  const headers = new Headers(request.headers);
  headers.set('accept', 'application/json, application/jwk-set+json');
  const response = await network.fetch(address, { ...request, headers, redirect: 'manual', signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    return { status: response.status, json: null };
  }
  return { status: 200, json: readJson(await readBody(response, what), what) };
}

/** Stops at the limit, whatever the answer's length was said to be. */
async function readBody(response: Response, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`${what} is larger than ${MAX_ANSWER_BYTES} bytes`);
  }
  return Buffer.concat(chunks);
}

function readJson(bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> {
  try {
    return parseObject(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The cause is left out: the parser's message quotes the answer.
    throw new Error(`${what} is not a JSON object`);
  }
}

/** Why a request failed, in the words of whatever knows most: `fetch failed` alone says nothing. */
export function requestFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT / 1000} seconds`;
  if (error.cause instanceof AggregateError && error.cause.errors[0] instanceof Error)
    return error.cause.errors[0].message;
  return error.cause instanceof Error ? requestFailure(error.cause) : error.message;
}
