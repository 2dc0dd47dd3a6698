/**
 * A store for tests, as much of the S3 protocol as Objects speaks, over real HTTP: objects in memory, without versions; it holds bodies
 * against their Content-MD5 and asks for no signature. What a real store does is tested against Ceph (test/bucket).
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer: status, body, headers. */
type Answer = readonly [number, (string | Uint8Array)?, Record<string, string>?];

interface Asked {
  readonly method: string;
  /** In its bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export class FakeS3 implements AsyncDisposable {
  /** By key; to be looked at and damaged. */
  readonly objects = new Map<string, Buffer>();
  /** What was asked: `PUT a/b`, in order. */
  readonly asked: string[] = [];
  /** Answers with this error in place of the next requests. */
  failing: { count: number; readonly status: number; readonly code: string } | null = null;
  /** Parts of uploads that were begun and not ended. */
  readonly uploads = new Map<string, Map<number, Buffer>>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** Starts one on loopback; its bucket may have any name. */
  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { pathname, search, searchParams: query } = new URL(request.url ?? '/', 'http://store');
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
    const { method = '', headers } = request;
    this.asked.push(`${method} ${key}${search.replace(/[?&]x-id=\w+/, '')}`);
    const [status, content = '', more = {}] = this.#answer({ method, key, query, headers, body });
    const length = more['content-length'] ?? String(Buffer.byteLength(content));
    response.writeHead(status, { ...more, 'content-length': length });
    response.end(method === 'HEAD' ? undefined : content);
  }

  #answer(asked: Asked): Answer {
    const { method, key, query } = asked;
    if (this.failing !== null && this.failing.count-- > 0)
      return failure(this.failing.status, this.failing.code);
    if (key === '') return query.has('versions') ? [200, '<ListVersionsResult/>'] : this.#list(query);
    if (method === 'PUT' || method === 'POST') return this.#put(asked);
    if (method === 'DELETE') {
      if (query.has('uploadId')) this.uploads.delete(query.get('uploadId') ?? '');
      else this.objects.delete(key);
      return [204];
    }
    return this.#get(asked);
  }

  #put({ method, key, query, headers, body }: Asked): Answer {
    const upload = query.get('uploadId');
    if (query.has('uploads')) {
      const id = `upload-${this.uploads.size}`;
      this.uploads.set(id, new Map());
      return [
        200,
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      ];
    }
    if (upload !== null && method === 'POST') {
      const parts = [...(this.uploads.get(upload) ?? [])].toSorted(([a], [b]) => a - b);
      this.objects.set(key, Buffer.concat(parts.map(([, part]) => part)));
      this.uploads.delete(upload);
      return [200, '<CompleteMultipartUploadResult/>'];
    }
    const md5 = createHash('md5').update(body).digest('base64');
    if (headers['content-md5'] !== md5) return failure(400, 'BadDigest');
    if (upload === null) this.objects.set(key, body);
    else this.uploads.get(upload)?.set(Number(query.get('partNumber')), body);
    return [200, '', { etag: `"${md5}"` }];
  }

  #get({ method, key, headers }: Asked): Answer {
    const object = this.objects.get(key);
    if (object === undefined) return method === 'HEAD' ? [404] : failure(404, 'NoSuchKey');
    if (method === 'HEAD') return [200, '', { 'content-length': String(object.length) }];
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (from === undefined || to === undefined) return [200, object];
    return [206, object.subarray(Number(from), Number(to) + 1)];
  }

  /** Three keys a page, so that pages are asked for. */
  #list(query: URLSearchParams): Answer {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()].toSorted().filter((key) => key.startsWith(prefix) && key > after);
    const page = keys.slice(0, 3);
    const next =
      keys.length > page.length ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    return [200, `<ListBucketResult>${contents}${next}</ListBucketResult>`];
  }
}

function failure(status: number, code: string): Answer {
  return [status, `<Error><Code>${code}</Code><Message>as the test wants it</Message></Error>`];
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
