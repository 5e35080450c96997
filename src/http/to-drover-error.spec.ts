import { ForbiddenException, HttpException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { DroverError } from '#lib/foundation';
import { toDroverError } from './to-drover-error.js';

const thrownBy = (code: string, statusCode: number, message = 'why'): Error =>
  Object.assign(new Error(message), { code, statusCode });

describe('toDroverError', () => {
  it('hands a coded error through', () => {
    const error = new DroverError('CONFLICT', 'x');
    expect(toDroverError(error)).toBe(error);
  });

  it.each([
    [thrownBy('FST_ERR_CTP_BODY_TOO_LARGE', 413), 'BODY_TOO_LARGE', 'why'],
    [thrownBy('FST_ERR_BAD_URL', 400), 'BAD_REQUEST', 'why'],
    [thrownBy('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 'BAD_REQUEST', 'why'],
    [new ForbiddenException('no'), 'BAD_REQUEST', 'no'],
  ])('keeps the text of what the HTTP layer refused: %s', (thrown, code, message) => {
    expect(toDroverError(thrown)).toMatchObject({ code, message });
  });

  it.each([
    new Error('/etc/secret is missing'),
    thrownBy('ELIB', 404, '/etc/secret is missing'),
    new HttpException('/etc/secret is missing', 500),
    '/etc/secret is missing',
  ])('says nothing about the inside: %s', (thrown) => {
    const error = toDroverError(thrown);
    expect(error.code).toBe('INTERNAL');
    expect(error.message).not.toContain('secret');
    expect(error.detail).toContain('secret');
  });
});
