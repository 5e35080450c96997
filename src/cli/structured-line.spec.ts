import { describe, expect, it } from 'vitest';
import { structuredLine, structuredLineOf } from './structured-line.js';

describe('structuredLine', () => {
  it('puts time, level, message and values on one line', () => {
    const line = structuredLine('ERROR', 'cannot listen', { error: 'EADDRINUSE', port: 80 });
    expect(line).toMatch(
      /^time=\d{4}-\d\d-\d\dT[\d:.]+Z level=ERROR msg="cannot listen" error=EADDRINUSE port=80\n$/,
    );
  });

  it.each([
    ['', '""'],
    ['a=b', '"a=b"'],
    ['say "x"', String.raw`"say \"x\""`],
    ['two\nlines', String.raw`"two\nlines"`],
    ['plain/path.yaml', 'plain/path.yaml'],
  ])('quotes %j where needed', (value, expected) => {
    expect(structuredLine('WARN', 'm', { value }).trimEnd().split(' value=')[1]).toBe(expected);
  });

  it('leaves absent values out', () => {
    expect(structuredLine('INFO', 'm', { key: undefined })).not.toContain('key');
  });
});

describe('structuredLineOf', () => {
  it('is an object of a JSON log where logs are JSON', () => {
    const line = structuredLineOf('json')('ERROR', 'cannot start', {
      error: 'a "b"\nc',
      tls: undefined,
    });
    expect(line.endsWith('}\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: 'error',
      source: 'proxy',
      text: 'cannot start',
      error: 'a "b"\nc',
    });
  });

  it('is a line of keys and values elsewhere', () => {
    expect(structuredLineOf('text')).toBe(structuredLine);
  });
});
