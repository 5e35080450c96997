import { describe, expect, it } from 'vitest';
import { serverArguments } from './server-arguments.js';

describe('serverArguments', () => {
  it.each([
    [undefined, []],
    [[], []],
    [
      ['--ctx-size', '4096', '-ngl=99', '--flash-attn', 'on', '--temp', '0.7'],
      ['--ctx-size', '4096', '-ngl=99', '--flash-attn', 'on', '--temp', '0.7'],
    ],
  ])('takes %j', (value, expected) => expect(serverArguments(value)).toEqual(expected));

  it.each([
    ['no list', '--ctx-size 1'],
    ['a number', [4096]],
    ['too many', Array.from({ length: 65 }, () => '-v')],
    ['a long one', ['x'.repeat(501)]],
    ['another model', ['--model', 'x']],
    ['another model in one word', ['--model=x']],
    ['another address', ['--host', '0.0.0.0']],
    ['a file to write', ['--log-file', 'x']],
    ['tools', ['--tools', 'all']],
    ['a path', ['--lora', '/etc/x']],
    ['a path of Windows', [String.raw`--lora=C:\x`]],
    ['the folder above', ['--grammar-file', '..']],
    ['the home folder', ['--grammar-file', '~x']],
    ['a line end', ['a\nb']],
  ])('refuses %s', (_, value) => {
    expect(() => serverArguments(value)).toThrow(/^args /);
  });
});
