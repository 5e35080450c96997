import { describe, expect, it } from 'vitest';
import { AnsiReader } from './ansi.js';

const read = (text: string) => new AnsiReader().line(text);
const E = '\x1b';

describe('AnsiReader', () => {
  it.each([
    ['plain', [['plain', '', null]]],
    [
      `${E}[31mred${E}[0m plain`,
      [
        ['red', 'fg-1', null],
        [' plain', '', null],
      ],
    ],
    [
      `${E}[1;4;92mloud${E}[22;24mx`,
      [
        ['loud', 'b u fg-10', null],
        ['x', 'fg-10', null],
      ],
    ],
    [`${E}[38;5;196mx`, [['x', '', '#ff0000']]],
    [`${E}[38;5;9mx`, [['x', 'fg-9', null]]],
    [`${E}[38;5;240mx`, [['x', '', '#585858']]],
    [`${E}[38;2;1;2;3mx`, [['x', '', '#010203']]],
    [`${E}[38:5:21mx`, [['x', '', '#0000ff']]],
    [
      `${E}[2Ka${E}[1Ab`,
      [
        ['a', '', null],
        ['b', '', null],
      ],
    ],
    [`${E}]8;;http://x${E}\\link${E}]8;;${E}\\`, [['link', '', null]]],
    ['10%\r50%\r100%', [['100%', '', null]]],
    ['line\r', [['line', '', null]]],
  ])('reads %j', (text, expected) => {
    expect(read(text).map((piece) => [piece.text, piece.classes, piece.foreground])).toEqual(
      expected,
    );
  });

  it('carries the style over to the next line', () => {
    const reader = new AnsiReader();
    reader.line(`${E}[32mgreen`);
    expect(reader.line('still')[0]!.classes).toBe('fg-2');
  });

  it('never loses printable text', () => {
    for (const junk of [`${E}[`, `${E}[3`, `a${E}`, `${E}[999mx`]) {
      expect(() => read(junk)).not.toThrow();
    }
    expect(read(`${E}[999mx`)[0]!.text).toBe('x');
  });
});
