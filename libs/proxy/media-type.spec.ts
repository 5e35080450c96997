import { describe, expect, it } from 'vitest';
import { bodyKindOf, boundaryOf } from './media-type.js';

describe('bodyKindOf', () => {
  it.each([
    ['application/json', 'json'],
    ['APPLICATION/JSON ; charset=utf-8', 'json'],
    ['application/problem+json', 'json'],
    ['multipart/form-data; boundary=x', 'multipart'],
    ['application/x-www-form-urlencoded', 'urlencoded'],
    ['text/application/json', 'other'],
    ['application/jsonl', 'other'],
    [undefined, 'other'],
  ])('of %s is %s', (type, kind) => {
    expect(bodyKindOf(type)).toBe(kind);
  });
});

describe('boundaryOf', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data;charset=x;Boundary="a b;c"', 'a b;c'],
    [String.raw`multipart/form-data; boundary="a\"b"`, 'a"b'],
    ['multipart/form-data; boundary=', null],
    ['multipart/form-data', null],
  ])('of %s is %s', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });
});
