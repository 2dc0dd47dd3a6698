/** Ceph's S3 server with buckets of every kind, for what is said of versions and locks. */
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { installRgw } from '../bucket/install.ts';
import { useCredentials } from '../bucket/put-archive.ts';
import { rgwMissing, type S3Server, startRgw } from '../bucket/rgw.ts';

/** A machine of a developer is left as it is; CI's is made for this. */
const mayInstall = process.env['CI'] !== undefined || process.env['AUDITORIUM_INSTALL'] !== undefined;

/** Why there is no store here; null when there is one. */
export const cephMissing = mayInstall ? installRgw() : rgwMissing();

/** Why what takes minutes is not run here: every run of all tests has the short form. */
export const longFormMissing =
  cephMissing ?? (process.env['AUDITORIUM_INSTALL'] === undefined ? 'npm run test:remote runs it' : null);

export interface Ceph extends AsyncDisposable {
  readonly server: S3Server;
  readonly client: S3Client;
}

/** Starts it with the buckets `locked`, `versioned` and `plain`. */
export async function startCeph(): Promise<Ceph> {
  await using opened = new AsyncDisposableStack();
  const server = opened.use(await startRgw());
  useCredentials(server);
  const client = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true });
  opened.defer(() => client.destroy());
  await client.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }));
  for (const Bucket of ['versioned', 'plain']) await client.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration }));
  const stack = opened.move();
  return { server, client, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
