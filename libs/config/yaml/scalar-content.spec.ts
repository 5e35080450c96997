import { describe, expect, it } from 'vitest';
import { formatFloat, plainContent, taggedContent } from './scalar-content.js';

describe('plainContent', () => {
  it.each([
    ['', 'null', null],
    ['~', 'null', null],
    ['NULL', 'null', null],
    ['nUll', 'text', 'nUll'],
    ['true', 'bool', true],
    ['FALSE', 'bool', false],
    ['yes', 'text', 'yes'],
    ['0', 'int', 0],
    ['-12', 'int', -12],
    ['+7', 'int', 7],
    ['1_000', 'int', 1000],
    ['0x1F', 'int', 31],
    ['-0x10', 'int', -16],
    ['0o17', 'int', 15],
    ['0b101', 'int', 5],
    ['010', 'int', 8],
    ['08', 'float', 8],
    ['1.5', 'float', 1.5],
    ['.5', 'float', 0.5],
    ['5.', 'float', 5],
    ['1e6', 'float', 1_000_000],
    ['.inf', 'float', Infinity],
    ['-.INF', 'float', -Infinity],
    ['.nan', 'float', Number.NaN],
    ['1.2.3', 'text', '1.2.3'],
    ['12ab', 'text', '12ab'],
    ['0x', 'text', '0x'],
    ['-', 'text', '-'],
    ['.', 'text', '.'],
    ['2024-01-02', 'timestamp', '2024-01-02T00:00:00Z'],
    ['2024-1-2', 'timestamp', '2024-01-02T00:00:00Z'],
    ['2024-01-02T03:04:05Z', 'timestamp', '2024-01-02T03:04:05Z'],
    ['2024-01-02t03:04:05.120+02:00', 'timestamp', '2024-01-02T03:04:05.12+02:00'],
    ['2024-01-02 03:04:05', 'timestamp', '2024-01-02T03:04:05Z'],
    ['2024-02-29', 'timestamp', '2024-02-29T00:00:00Z'],
    ['2023-02-29', 'text', '2023-02-29'],
    ['2024-13-01', 'text', '2024-13-01'],
    ['2024-01-02T03:04:05', 'text', '2024-01-02T03:04:05'],
    ['2024-01-02T25:00:00Z', 'text', '2024-01-02T25:00:00Z'],
  ])('reads %j as %s', (text, type, value) => {
    expect(plainContent(text)).toMatchObject({ type, value, text });
  });

  it('keeps every digit of a large integer in its text', () => {
    expect(plainContent('0xFFFFFFFFFFFFFFFF').canonical).toBe('18446744073709551615');
  });
});

describe('taggedContent', () => {
  it.each([
    ['str', '5', 'text'],
    ['int', '5', 'int'],
    ['bool', 'true', 'bool'],
  ])('obeys !!%s', (tag, text, type) => {
    expect(taggedContent(`tag:yaml.org,2002:${tag}`, text)?.type).toBe(type);
  });

  it('has no opinion about other tags', () => {
    expect(taggedContent('!mine', '5')).toBeNull();
  });
});

describe('formatFloat', () => {
  it.each([
    [0.1, '0.1'],
    [2, '2'],
    [-0, '-0'],
    [123456, '123456'],
    [1e6, '1e+06'],
    [1234567.5, '1.2345675e+06'],
    [1e21, '1e+21'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-1.5e-7, '-1.5e-07'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('writes %d as %s', (value, text) => {
    expect(formatFloat(value)).toBe(text);
  });
});
