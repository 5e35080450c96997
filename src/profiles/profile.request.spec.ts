import { describe, expect, it } from 'vitest';
import { readProfileName } from './profile.request.js';

describe('readProfileName', () => {
  it.each([
    ['{"name":"coding"}', 'coding'],
    ['  {"name":"coding"} and more', 'coding'],
    ['{"name":"b","other":[1]}{"name":"c"}', 'b'],
    ['{"name":null}', null],
    ['{"name":""}', null],
  ])('reads %s as %j', (body, name) => {
    expect(readProfileName(Buffer.from(body))).toBe(name);
  });

  it.each([
    ['', 'invalid profile request'],
    ['{', 'invalid profile request'],
    ['text', 'invalid profile request'],
    ['[1]', 'invalid profile request'],
    ['"coding"', 'invalid profile request'],
    ['{}', 'profile name is required'],
    ['null', 'profile name is required'],
    ['{"name":1}', 'profile name must be a string or null'],
    ['{"name":["a"]}', 'profile name must be a string or null'],
  ])('refuses %j: %s', (body, message) => {
    expect(() => readProfileName(Buffer.from(body))).toThrow(message);
  });

  it('refuses a request without a body', () => {
    expect(() => readProfileName(undefined)).toThrow('invalid profile request');
  });
});
