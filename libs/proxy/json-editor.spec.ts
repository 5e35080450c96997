import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireValidJson, setJsonParameter, stripJsonParameter } from './json-editor.js';

const set = (document: string, path: string, value: string): string =>
  setJsonParameter(Buffer.from(document), path, value).toString();

const strip = (document: string, path: string): string =>
  stripJsonParameter(Buffer.from(document), path).toString();

describe('setJsonParameter', () => {
  it.each([
    ['{ "a": 1.0,\n "b" : [ ] }', 'a', '2', '{ "a": 2,\n "b" : [ ] }'],
    ['{"a":1}', 'b', '"x"', '{"a":1,"b":"x"}'],
    ['{ }', 'b', 'true', '{"b":true }'],
    ['{"a":1 }', 'b.c', '2', '{"a":1,"b":{"c":2} }'],
    ['{"b":{"c":1,"d":2}}', 'b.c', '9', '{"b":{"c":9,"d":2}}'],
    ['{"b":5}', 'b.c', '9', '{"b":{"c":9}}'],
    ['{}', String.raw`a\.b`, '1', '{"a.b":1}'],
    ['{"a":[1,2]}', 'a.0', '9', '{"a":[9,2]}'],
    ['{"a":[1,2]}', 'a.-1', '3', '{"a":[1,2,3]}'],
    ['{"a":[]}', 'a.-1', '3', '{"a":[3]}'],
    ['{"a":[1]}', 'a.3', '4', '{"a":[1,null,null,4]}'],
    ['{"a":[{"b":1}]}', 'a.0.b', '2', '{"a":[{"b":2}]}'],
    ['{}', 'a.0', '1', '{"a":[1]}'],
    ['{}', 'a.-1', '1', '{"a":[1]}'],
    ['{}', 'a.:1', '2', '{"a":{"1":2}}'],
    ['{}', ':a', '1', '{"a":1}'],
    ['{"a":1,"a":2}', 'a', '3', '{"a":3,"a":2}'],
    ['{"a":1}', 'a*', '3', '{"a":1}'],
    ['{"a":1}', '@pretty', '3', '{"a":1}'],
    ['{"a":1}', 'b.#', '3', '{"a":1}'],
  ])('%s with %s set to %s is %s', (document, path, value, expected) => {
    expect(set(document, path, value)).toBe(expected);
  });

  it('replaces in a damaged document but refuses to add to it', () => {
    expect(set('{"model":"x"', 'model', '"y"')).toBe('{"model":"y"');
    expect(() => set('{"model":"x"', 't', '1')).toThrow(/damaged \(it ends too early\)/);
    expect(() => set('[1]', 't', '1')).toThrow(/no object/);
  });

  it('does to any object what an assignment does', () => {
    const anyObject = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue());
    const anyKey = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(anyObject, anyKey, fc.jsonValue(), (object, key, value) => {
        const document = JSON.stringify(object, null, 1);
        const edited = JSON.parse(set(document, key, JSON.stringify(value))) as unknown;
        const expected = { ...(JSON.parse(document) as object), [key]: value };
        expect(edited).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });
});

describe('stripJsonParameter', () => {
  it.each([
    ['{"a":1,"b":2}', 'a', '{"b":2}'],
    ['{"a":1, "b":2}', 'b', '{"a":1}'],
    ['{"a":1 ,\n "b":2 }', 'b', '{"a":1  }'],
    ['{ "a":1 }', 'a', '{  }'],
    ['{"a":{"b":1,"c":2}}', 'a.b', '{"a":{"c":2}}'],
    ['{"a":[1,2,3]}', 'a.1', '{"a":[1,3]}'],
    ['{"a":[1,2,3]}', 'a.-1', '{"a":[1,2]}'],
    ['{"a":1,"a":2}', 'a', '{"a":2}'],
    ['{"a":1}', 'x', '{"a":1}'],
    ['{"a":1}', 'a.b', '{"a":1}'],
    ['{"a":1}', 'a?', '{"a":1}'],
  ])('%s without %s is %s', (document, path, expected) => {
    expect(strip(document, path)).toBe(expected);
  });

  it('leaves every other member of any object as it was', () => {
    const anyObject = fc.dictionary(fc.stringMatching(/^[a-z]{1,2}$/), fc.jsonValue());
    fc.assert(
      fc.property(anyObject, fc.nat(3), (object, indent) => {
        const document = JSON.stringify(object, null, indent);
        for (const key of Object.keys(object)) {
          const { [key]: _gone, ...rest } = JSON.parse(document) as Record<string, unknown>;
          expect(JSON.parse(strip(document, key))).toEqual(rest);
        }
      }),
    );
  });
});

describe('requireValidJson', () => {
  it('accepts a byte order mark and refuses damage with its place', () => {
    expect(() => requireValidJson(Buffer.from('\uFEFF{"a":1}'))).not.toThrow();
    expect(() => requireValidJson(Buffer.from('{"a":1,}'))).toThrow(/position 7/);
    expect(() => requireValidJson(Buffer.from('{"a":'))).toThrow(/end of JSON/);
  });
});
