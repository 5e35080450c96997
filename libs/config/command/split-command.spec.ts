import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandDoubts } from './command-doubts.js';
import { splitCommand } from './split-command.js';

function singleQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function doubleQuoted(text: string): string {
  return `"${text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/** Without line ends and backslashes at line ends, which the first stage takes away. */
const word = fc.string({ maxLength: 20 }).filter((text) => !text.includes('\n'));

describe('splitCommand', () => {
  it('gives back quoted words on POSIX', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const command = words.map(singleQuoted).join(' ');
        // A line that begins with a number sign or ends with a backslash is special.
        fc.pre(!command.trim().startsWith('#') && !command.trim().endsWith('\\'));
        expect(splitCommand(command, 'linux')).toEqual(words);
      }),
    );
  });

  it('gives back words in double quotes on Windows', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(splitCommand(words.map(doubleQuoted).join(' '), 'win32')).toEqual(words);
      }),
    );
  });

  it('never throws and never gives an argument that was not there', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('linux', 'win32', 'darwin'), (text, platform) => {
        const length = splitCommand(text, platform).join('').length;
        expect(length).toBeLessThanOrEqual(text.length + text.split('\n').length);
      }),
    );
  });
});

describe('commandDoubts', () => {
  it.each([
    ['run "x', 'linux', 'quote'],
    ["run 'x", 'linux', 'quote'],
    ['run a\\\\\n--b', 'linux', 'two backslashes'],
    ['run -m D:\\models\\\n-x', 'win32', 'loses the backslash'],
    ['run a # b', 'linux', 'no comment'],
  ] as const)('doubts %j on %s', (text, platform, words) => {
    expect(commandDoubts(text, platform).join()).toContain(words);
  });

  it.each([
    ['run "a" \'b\' c\\"d', 'linux'],
    ["it's fine", 'win32'],
    ['run \\\n  # note \\\n  --x', 'linux'],
    ['run -m D:\\models\\', 'linux'],
    ['sh -c "echo # x"', 'linux'],
    ['', 'linux'],
  ] as const)('has none about %j on %s', (text, platform) => {
    expect(commandDoubts(text, platform)).toEqual([]);
  });
});
