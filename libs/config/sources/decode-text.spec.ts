import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.js';

const TEXT = 'models: {é: 模型}\n';

function utf16(text: string, order: 'LE' | 'BE'): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return order === 'LE' ? bytes : bytes.swap16();
}

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`)],
    ['UTF-16 of Windows', utf16(TEXT, 'LE')],
    ['UTF-16, big end first', utf16(TEXT, 'BE')],
    ['nothing', Buffer.alloc(0)],
  ])('reads %s', (_name, bytes) => {
    expect(decodeText(bytes)).toBe(bytes.length === 0 ? '' : TEXT);
  });

  it.each([
    [1, Buffer.from([0x61, 0xff])],
    [2, Buffer.concat([Buffer.from('é: 1\nb: '), Buffer.from([0xe9]), Buffer.from('\nc: 2')])],
    [3, Buffer.concat([Buffer.from('a\n\uFFFD: a real one\n'), Buffer.from([0xc3])])],
  ])('names line %i as the first that is not UTF-8', (line, bytes) => {
    expect(() => decodeText(bytes)).toThrow(`line ${line} is not UTF-8`);
  });
});
