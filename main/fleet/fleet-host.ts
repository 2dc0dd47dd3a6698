/** What gateways ask of a team server over HTTPS: to open a link, and what they say through it. Nothing here is for browsers. */
import { z } from 'zod';
import { LINK_ERRORS, LinkError } from '../../shared/fleet/link-error.ts';
import { FLEET_VERSION, GatewayName, Hello, LINK_PATH, SaidList } from '../../shared/fleet/messages.ts';
import type { Fleet } from './fleet.ts';

/** All sessions of a gateway, and what it holds. */
const MAX_BODY_BYTES = 32 << 20;

export interface FleetHostOptions {
  readonly fleet: Pick<Fleet, 'knows' | 'link' | 'take'>;
  /** Throws where an address that showed no good secret asks too often. */
  readonly stranger: (address: string) => void;
}

/** Whether the path is one of the fleet's. */
export function isFleet(pathname: string): boolean {
  return pathname === LINK_PATH || pathname.startsWith(`${LINK_PATH}/`);
}

export class FleetHost {
  readonly #options: FleetHostOptions;

  constructor(options: FleetHostOptions) {
    this.#options = options;
  }

  /** `address` is whom the network tells. Rejects with what `stranger` throws. */
  async answer(request: Request, pathname: string, address: string): Promise<Response> {
    try {
      return await this.#answer(request, pathname, address);
    } catch (error) {
      if (error instanceof LinkError) return refused(error);
      throw error;
    }
  }

  async #answer(request: Request, pathname: string, address: string): Promise<Response> {
    const { fleet } = this.#options;
    const name = this.#caller(request, address);
    if (request.method !== 'POST') throw new LinkError('MALFORMED', 'gateways ask by POST');
    const body = await bodyOf(request);
    if (pathname !== LINK_PATH) {
      const id = decoded(pathname.slice(LINK_PATH.length + 1));
      fleet.take(name, id, parsed(SaidList, body));
      return new Response(null, { status: 204 });
    }
    expectVersion(body);
    const link = fleet.link(name, parsed(Hello, body), address);
    request.signal.addEventListener('abort', () => link.end('its connection was cut'));
    if (request.signal.aborted) link.end('its connection was cut');
    return new Response(link.stream, {
      headers: {
        'content-type': 'application/x-ndjson',
        'cache-control': 'no-store',
        // Proxies that gather an answer before they pass it on would never pass this one on.
        'x-accel-buffering': 'no',
      },
    });
  }

  /** The name of a gateway that showed its secret. */
  #caller(request: Request, address: string): string {
    const { fleet, stranger } = this.#options;
    // A page of another site can make a browser send anything but this.
    if (request.headers.has('origin') || request.headers.has('sec-fetch-site'))
      throw new LinkError('MALFORMED', 'this is for gateways, not for browsers');
    const [, encoded = ''] =
      /^Basic ([A-Za-z0-9+/=]{1,500})$/.exec(request.headers.get('authorization') ?? '') ?? [];
    const [, name, secret] = /^([^:]*):(.*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
    if (GatewayName.safeParse(name).success && secret !== undefined && fleet.knows(name ?? '', secret))
      return name ?? '';
    stranger(address);
    throw new LinkError(
      'UNKNOWN',
      'no gateway of this name has this secret here: gateway.fleet.name and secret have to be those of auditorium fleet add',
    );
  }
}

function refused({ code, message }: LinkError): Response {
  const headers = { 'cache-control': 'no-store' };
  return Response.json({ code, message }, { status: LINK_ERRORS[code], headers });
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new LinkError('MALFORMED', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`);
}

/** A gateway of another version may say anything: which one it speaks is worth more to know than where they differ. */
function expectVersion(body: unknown): void {
  const told = z.object({ version: z.int() }).safeParse(body);
  if (!told.success || told.data.version === FLEET_VERSION) return;
  throw new LinkError(
    'VERSION',
    `this gateway speaks version ${told.data.version} of the link, the server ${FLEET_VERSION}: bring both to one release`,
  );
}

async function bodyOf(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES)
      throw new LinkError('TOO_LARGE', `this is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new LinkError('MALFORMED', 'this is not JSON', { cause });
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
