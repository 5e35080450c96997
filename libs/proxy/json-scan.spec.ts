import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeString, documentObject, findMember, nextMember, skipValue } from './json-scan.js';

function valueOf(document: string, key: string): string | null {
  const text = Buffer.from(document);
  const object = documentObject(text);
  const member = object < 0 ? null : findMember(text, object, key);
  return member && text.toString('utf8', member.valueStart, member.valueEnd);
}

describe('findMember', () => {
  it.each([
    ['{"model":"m"}', '"m"'],
    [' \n{ "a" : 1 ,\t"model" : "m" }', '"m"'],
    ['\uFEFF{"model":"m"}', '"m"'],
    ['{"messages":[{"model":"inner"},"]"],"model":"outer"}', '"outer"'],
    ['{"model":"first","model":"second"}', '"first"'],
    [String.raw`{"mod\u0065l":"m"}`, '"m"'],
    ['{"model":123}', '123'],
    ['{"model":null}', 'null'],
    ['{"model":{"a":[1]}}', '{"a":[1]}'],
    [String.raw`{"a":"\\","model":"m"}`, '"m"'],
    [String.raw`{"a":"\\\"}","model":"m"}`, '"m"'],
    ['{"Model":"no"}', null],
    ['["model","m"]', null],
    ['"model"', null],
    ['', null],
    ['{', null],
    ['{"a":{"model":"inner"}}', null],
  ])('finds the model of %s to be %s', (document, expected) => {
    expect(valueOf(document, 'model')).toBe(expected);
  });

  it.each([
    '{"model":"m"',
    '{"model":"m",',
    '{"model":"m","messages":[{"content":"cut off he',
    '{"a":1 "model":"m"}',
    '{"model":"m"} and then some',
    '{"model":"m",,}',
  ])('reads a damaged document as far as it goes: %s', (document) => {
    expect(valueOf(document, 'model')).toBe('"m"');
  });

  it.each(['{"model":"cut off', '{"model":', '{"model"', '{"messages":["cut', '{"model" "m"}'])(
    'finds nothing that is not there: %s',
    (document) => {
      expect(valueOf(document, 'model')).toBeNull();
    },
  );

  it('agrees with JSON.parse about every member of every valid object', () => {
    const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    fc.assert(
      fc.property(anyObject, fc.integer({ min: 0, max: 3 }), (object, indent) => {
        const document = JSON.stringify(object, null, indent);
        const parsed = JSON.parse(document) as Record<string, unknown>;
        for (const [key, value] of Object.entries(parsed)) {
          expect(JSON.parse(valueOf(document, key.toWellFormed())!)).toEqual(value);
        }
      }),
    );
  });

  it('never reads beyond the document, however it is cut', () => {
    const document = fc.jsonValue().map((value) => JSON.stringify({ model: value, rest: [value] }));
    fc.assert(
      fc.property(document, fc.nat(), (text, cut) => {
        const bytes = Buffer.from(text).subarray(0, cut % (text.length + 1));
        const object = documentObject(bytes);
        const member = object < 0 ? null : nextMember(bytes, object + 1);
        expect(member?.valueEnd ?? 0).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('finds the end of strings that are longer than a short loop', () => {
    const long = `"${String.raw`\\`.repeat(60)}${String.raw`\"`.repeat(60)}"`;
    expect(skipValue(Buffer.from(`${long},1`), 0)).toBe(long.length);
    const oddly = `"${'x'.repeat(47)}${String.raw`\"`.repeat(9)}"`;
    expect(skipValue(Buffer.from(`${oddly} `), 0)).toBe(oddly.length);
  });
});

describe('decodeString', () => {
  it.each([
    ['"plain"', 'plain'],
    [String.raw`"a\u00e9\n\"b\""`, 'aé\n"b"'],
    ['"Größe"', 'Größe'],
    [String.raw`"bad \q escape"`, String.raw`bad \q escape`],
  ])('decodes %s', (literal, expected) => {
    const text = Buffer.from(literal);
    expect(decodeString(text, 0, text.length)).toBe(expected);
  });
});
