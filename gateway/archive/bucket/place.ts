/** Where a bucket is: `s3://bucket/prefix`, and the store that it is in. */

export interface Place {
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** URL of a store other than AWS's own. */
  readonly endpoint: string | null;
  readonly region: string;
  /** The bucket stands in the path of a request, not in the name of the host. */
  readonly pathStyle: boolean;
}

/** What of a place is told; the rest is as in the environment. */
export interface ToldPlace {
  readonly bucket: string;
  readonly prefix: string;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly pathStyle?: boolean | undefined;
}

/** Reads `s3://bucket/prefix`; null when the text is none. */
export function parsePlace(url: string, environment: NodeJS.ProcessEnv): Place | null {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === undefined || !isBucketName(bucket)) return null;
  return placeOf({ bucket, prefix }, environment);
}

/** As the SDKs of AWS read the environment; stores of one's own are seldom reached by a name a bucket. */
export function placeOf(told: ToldPlace, environment: NodeJS.ProcessEnv): Place {
  const { AWS_ENDPOINT_URL_S3: own, AWS_ENDPOINT_URL: all } = environment;
  const { AWS_REGION: region, AWS_DEFAULT_REGION: usual } = environment;
  const endpoint = told.endpoint ?? own ?? all ?? null;
  return {
    bucket: told.bucket,
    prefix: told.prefix.replaceAll(/^\/+|\/+$/g, ''),
    endpoint,
    region: told.region ?? region ?? usual ?? 'us-east-1',
    pathStyle: told.pathStyle ?? endpoint !== null,
  };
}

/** As stores take it: 3 to 63 characters, small letters, digits, dots and hyphens. */
export function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text);
}

/** How a place is written. */
export function printPlace({ bucket, prefix }: Pick<Place, 'bucket' | 'prefix'>): string {
  return `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
}
