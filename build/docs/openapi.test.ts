import { expect, test } from 'vitest';
import { ROUTES } from '../../shared/api/route-table.ts';
import { openApi } from './api.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the document is laid out
const document = JSON.parse(JSON.stringify(openApi('0.0.0'))) as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.values(methods).map((operation) => ({ path, operation })),
);

test('the document has every route once, under its name', () => {
  expect(operations.map(({ operation }) => operation.operationId).toSorted()).toEqual(
    Object.keys(ROUTES).toSorted(),
  );
});

test('what stands in a path is declared as a parameter, and nothing else is', () => {
  const wrong = operations.filter(({ path, operation }) => {
    const within = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const declared = (operation.parameters ?? []).filter((each) => each.in === 'path');
    return within.join() !== declared.map(({ name }) => name).join();
  });
  expect(wrong).toEqual([]);
});

test('every reference leads to a component, and every operation says what failing looks like', () => {
  const text = JSON.stringify(document);
  const references = new Set(
    [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)].map(
      ([, kind = '', name = '']) => `${kind}/${name}`,
    ),
  );
  const dead = [...references].filter((reference) => {
    const [kind = '', name = ''] = reference.split('/');
    return document.components[kind]?.[name] === undefined;
  });
  const silent = operations.filter(({ operation }) => Object.keys(operation.responses).length < 2);
  expect({ dead, silent: silent.map(({ operation }) => operation.operationId) }).toEqual({
    dead: [],
    silent: [],
  });
  expect(references.size).toBeGreaterThan(5);
});
