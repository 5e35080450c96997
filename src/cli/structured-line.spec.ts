import { describe, expect, it } from 'vitest';
import { structuredLine } from './structured-line.js';

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
