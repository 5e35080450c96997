import { describe, expect, it } from 'vitest';
import { toolJson } from './tool-json.js';

describe('toolJson', () => {
  const wide = '{\n  "a": [\n    1\n  ]\n}\n';

  it.each([
    ['{"a":[1]}'],
    ['\uFEFF{"a":[1]}\r\n'],
    ['WARNING: old driver\n\n  {"a":[1]}\n'],
    ['[WARN] not a list\n{"a":[1]}\nbye [really]\n'],
    [`{oops}\n${wide}goodbye }\n`],
    [wide.replaceAll('\n', '\r\n')],
    ['{"a":[1]} \r\n{"b":2}\n'],
  ])('finds the document in %j', (output) => {
    expect(toolJson(output)).toEqual({ a: [1] });
  });

  it('finds a list', () => {
    expect(toolJson('hello\n[{"gpu":0}]\n')).toEqual([{ gpu: 0 }]);
  });

  it.each(['', 'null', '"{}"', 'no {"a":1}', '{', '[1', '}{', 'N/A\n'])(
    'finds nothing in %j',
    (output) => {
      expect(toolJson(output)).toBeUndefined();
    },
  );

  it('gives up after some beginnings, so that much that is none costs little', () => {
    expect(toolJson(`${'[x\n'.repeat(100)}{"a":1}`)).toBeUndefined();
  });
});
