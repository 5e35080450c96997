import { describe, expect, it } from 'vitest';
import { EventStreamParser } from './event-stream.parser.js';

function valuesOf(...pieces: readonly Uint8Array[]): unknown[] {
  const values: unknown[] = [];
  const parser = new EventStreamParser({
    data: (value) => {
      values.push(value);
      return false;
    },
    again: () => values.push('again'),
    done: () => values.push('done'),
  });
  for (const piece of pieces) parser.push(piece);
  parser.finish();
  return values;
}

describe('EventStreamParser', () => {
  it('gets past any number of byte order marks', () => {
    const line = `${'\uFEFF'.repeat(20_000)}data: {"a":1}\n`;
    expect(valuesOf(Buffer.from(line))).toEqual([{ a: 1 }]);
  });

  it.each([
    'data: xxxxxxxx',
    'data:oops {}',
    ': a comment {}',
    'event: other',
    'datum: {"a":1}',
    '   id: 12345',
  ])('passes the line %j over wherever it is cut, and reads the others', (line) => {
    const bytes = Buffer.from(
      `data: {"a":0}\n${line}\ndata: {"a":1}\n\n error: [2]\ndata: [DONE]\n`,
    );
    for (let at = 0; at < bytes.length; at += 1) {
      const values = valuesOf(bytes.subarray(0, at), bytes.subarray(at));
      expect(values).toEqual([{ a: 0 }, { a: 1 }, [2], 'done']);
    }
  });

  it.each(['{"a":1}', '[1]', '"a"', '-1', '2', 'true', 'false', 'null'])('reads %s', (json) => {
    expect(valuesOf(Buffer.from(`data: ${json}\n`))).toEqual([JSON.parse(json)]);
  });

  it('reads lines of any length one after the other in small pieces', () => {
    const texts = [10, 70_000, 3000, 65_000, 5].map((length) => ({ text: 'y'.repeat(length) }));
    const bytes = Buffer.from(texts.map((text) => `data: ${JSON.stringify(text)}\n\n`).join(''));
    const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, at) =>
      bytes.subarray(at * 1000, at * 1000 + 1000),
    );
    const lengths = valuesOf(...pieces).map((value) => JSON.stringify(value).length);
    expect(lengths.toSpliced(1, 1)).toEqual([21, 3011, 65_011, 16]);
  });
});
