/** docs/openapi.json, and docs/api.md beside it for those who read: the routes as shared/api declares them. */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import { API_ERRORS } from '../../shared/api/error.ts';
import { type Permission, rolesWith } from '../../shared/api/permission.ts';
import { isRouteName, permissionOf, type RouteName, ROUTES } from '../../shared/api/route-table.ts';
import { CSRF_HEADER } from '../../shared/api/routes.ts';
import { code, generated, table } from './markdown.ts';
import { type Schema, takes } from './settings.ts';

/** A route, as far as its page tells it. */
interface Declared {
  readonly method: string;
  readonly path: string;
  readonly request?: {
    readonly params?: z.ZodObject;
    readonly query?: z.ZodObject;
    readonly body?: {
      readonly description?: string;
      readonly content: Readonly<Record<string, { schema: z.ZodType }>>;
    };
  };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, unknown>> }>
  >;
}

/** What groups of routes are about, by the first word of their path. */
const GROUPS: Readonly<Record<string, string>> = {
  'sign-in': 'Signing in to a browser host',
  host: 'The host',
  person: 'Who asks',
  archive: 'The archive',
  sessions: 'Sessions',
  statements: 'Statements and facets',
  facets: 'Statements and facets',
  approvals: 'Held statements',
  exports: 'Exports',
  integrity: 'Integrity',
  store: 'A store read without an index',
  redactions: 'Redactions',
  holds: 'Legal holds',
  case: 'The case: notes, findings, reviews',
  preferences: 'What a person keeps',
  gateway: 'The gateway',
  fleet: 'The gateways that dial a team server',
  start: 'Ways to begin',
  desktop: 'The desktop',
  live: 'News',
};

function groupOf(path: string): string {
  const word = path.split('/')[2] ?? '';
  const group = GROUPS[word];
  if (group === undefined) throw new Error(`${path} belongs to no group of build/docs/api.ts`);
  return group;
}

/** All routes, those of a group together: how a module orders what it exports differs from one loader to the next. */
const ROUTE_LIST = Object.entries(ROUTES as unknown as Readonly<Record<RouteName, Declared>>)
  .map(([name, route]): [RouteName, Declared] => [nameOf(name), route])
  .toSorted(([, one], [, other]) => orderOf(one).localeCompare(orderOf(other), 'en'));

function nameOf(name: string): RouteName {
  if (isRouteName(name)) return name;
  throw new Error(`${name} is no route`);
}

function orderOf({ path, method }: Declared): string {
  const group = Object.values(GROUPS).indexOf(groupOf(path));
  return `${String(group).padStart(2, '0')} ${path} ${method}`;
}

/** The OpenAPI 3.1 document. */
export function openApi(version: string): object {
  const app = new OpenAPIHono();
  for (const [name, route] of ROUTE_LIST) {
    const permission = permissionOf(name);
    app.openAPIRegistry.registerPath({
      ...(route as unknown as Parameters<typeof app.openAPIRegistry.registerPath>[0]),
      operationId: name,
      tags: [groupOf(route.path)],
      summary: route.responses['200']?.description ?? '',
      description: `Permission: ${permission}. ${rolesText(permission)}`,
      security: permission === 'public' ? [] : [{ bearer: [] }, { cookie: [] }],
    });
  }
  for (const [scheme, definition] of Object.entries(SECURITY))
    app.openAPIRegistry.registerComponent('securitySchemes', scheme, definition);
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Auditorium',
      version,
      description:
        'The API of a host: what the window uses, and what scripts may. It is not promised to stay as it is between versions.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
  });
}

const SECURITY = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'Of a browser host: from POST /api/sign-in, for the token of the URL that it printed.',
  },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-auditorium',
    description: `Of a team server: from signing in there. All but GET takes the header ${CSRF_HEADER} as well.`,
  },
} as const;

function rolesText(permission: Permission): string {
  if (permission === 'public') return 'Needs no sign-in.';
  if (permission === 'person:own') return 'Anybody who is signed in.';
  const roles = rolesWith(permission);
  return roles.length === 0 ? 'Not on a team server.' : `On a team server: ${roles.join(', ')}.`;
}

/** The readable page. */
export function apiPage(): string {
  const groups = Map.groupBy(ROUTE_LIST, ([, { path }]) => groupOf(path));
  return [
    generated('the declared routes'),
    '# The API',
    'Every host serves one HTTP API: the desktop app under `app://`, a browser host on `http://127.0.0.1`, a team server over HTTPS. The window has no other way. [openapi.json](openapi.json) (OpenAPI 3.1) has every field of every body; this page says what there is. It is not promised to stay as it is between versions.',
    '## Calling it',
    `\`auditorium open ARCHIVE --no-open --json\` prints an object with a \`url\`; its fragment has a token that works once. \`POST /api/sign-in\` gives a bearer for it, which goes into \`authorization\`. A team server has its own sign-in, a cookie, and wants \`${CSRF_HEADER}\` (from \`GET /api/person\`) with everything but GET. Hosts answer to their own \`Host\` alone, and want their own \`Origin\` with everything but GET.`,
    '```sh\nnode --input-type=module -e \'\nconst page = new URL(process.argv[1]);\nconst call = (path, init) => fetch(new URL(path, page), init).then((answer) => answer.json());\nconst token = page.hash.slice(1).replace(/^.*=/, "");\nconst headers = { "content-type": "application/json", origin: page.origin };\nconst signIn = { method: "POST", body: JSON.stringify({ token }), headers };\nconst { bearer } = await call("/api/sign-in", signIn);\nconst query = new URLSearchParams({ filter: "table:orders verb:delete", limit: "5" });\nconsole.log(await call(`/api/statements?${query}`, { headers: { authorization: `Bearer ${bearer}` } }));\n\' "$URL"\n```',
    'Lists come as pages: `items`, and `next`, a cursor for `after`, null behind the last. `filter` is [the filter language](filter.md). Bytes of events come as they were recorded ([format.md](format.md)). Errors are `{ "code", "message" }` with the HTTP status; [the codes](errors.md#the-api-of-a-host).',
    '## Permissions',
    'On one’s own machine the caller may everything. A team server asks for the role: [Roles](serve.md#roles).',
    ...[...groups].flatMap(([group, routes]) => [`## ${group}`, routes.map(routePart).join('\n\n')]),
    '## Errors',
    table(
      ['code', 'HTTP status'],
      Object.entries(API_ERRORS).map(([name, status]) => [code(name), String(status)]),
    ),
  ].join('\n\n');
}

function routePart([name, route]: [RouteName, Declared]): string {
  const { params, query, body } = route.request ?? {};
  const given = [
    ...fieldRows('path', params),
    ...fieldRows('query', query),
    ...Object.values(body?.content ?? {}).flatMap(({ schema }) => bodyRows(schema)),
  ];
  const answer = route.responses['200'];
  const kind = Object.keys(answer?.content ?? {})[0] ?? '';
  return [
    `### ${route.method.toUpperCase()} ${route.path}`,
    `\`${name}\` · permission \`${permissionOf(name)}\` · answers: ${answer?.description ?? ''}${kind === 'application/json' || kind === '' ? '' : ` (\`${kind}\`)`}.`,
    ...(given.length === 0 ? [] : [table(['field', 'in', 'is'], given)]),
  ].join('\n\n');
}

function fieldRows(place: string, schema: z.ZodObject | undefined): string[][] {
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, field]) => [
    `${code(name)}${isNeeded(field) ? '' : ' (optional)'}`,
    place,
    descriptionOf(field),
  ]);
}

function bodyRows(schema: z.ZodType): string[][] {
  return schema instanceof z.ZodObject
    ? fieldRows('body', schema)
    : [['(whole)', 'body', descriptionOf(schema)]];
}

function isNeeded(field: unknown): boolean {
  return field instanceof z.ZodType && !field.safeParse(undefined).success;
}

/** What it may be, and what that says where the declaration says more. */
function descriptionOf(field: unknown): string {
  if (!(field instanceof z.ZodType)) return '';
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod types JSON Schema more widely than it writes it
  const schema = z.toJSONSchema(field, { io: 'output', unrepresentable: 'any' }) as Schema;
  const kind = takes(schema).replaceAll('a mapping', 'an object');
  return field.description === undefined ? kind : `${kind}: ${field.description}`;
}
