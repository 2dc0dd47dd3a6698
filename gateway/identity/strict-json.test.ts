import { assert, jsonValue, property, string, dictionary } from 'fast-check';
import { expect, test } from 'vitest';
import { parseObject } from './strict-json.ts';

test('an object whose names differ reads as JSON.parse reads it', () => {
  assert(
    property(dictionary(string(), jsonValue()), (value) => {
      const json = JSON.stringify(value);
      expect(parseObject(json)).toEqual(JSON.parse(json));
    }),
  );
});

test('a name that occurs twice in one object is refused however it is written and wherever it stands', () => {
  assert(
    property(string(), jsonValue(), (name, value) => {
      const written = JSON.stringify(name);
      const escaped = `"${[...Array(name.length).keys()].map((at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
      const inner = JSON.stringify(value);
      const twice = `{${written}:${inner},"~":[${inner}],${escaped}:1}`;
      expect(() => parseObject(twice)).toThrow(SyntaxError);
      expect(() => parseObject(`{"a":[1,{"b":{"c":0,"d":${twice}}}]}`)).toThrow(SyntaxError);
    }),
  );
});

test('names may be repeated in different objects and as values', () => {
  const json = '{"a":{"a":["a","a",{"a":"a"}]},"b":{"a":1},"c":"a\\",\\"a"}';
  expect(parseObject(json)).toEqual(JSON.parse(json));
});

test('what is no JSON object is refused', () => {
  for (const json of ['', '[]', '"a"', 'null', '1', '{', '{"a":1}x', '{a:1}']) {
    expect(() => parseObject(json), json).toThrow(SyntaxError);
  }
});
