import { expect, it } from 'vitest';
import { ERROR_CODES } from '#lib/foundation';
import { errorDocs } from './support/error-docs.js';

it('docs/errors.md describes every error code as it is', async () => {
  await expect(errorDocs()).toMatchFileSnapshot('../docs/errors.md');
});

it.each(Object.entries(ERROR_CODES))(
  '%s tells what to do in whole sentences',
  (_code, { help }) => {
    expect(help).toMatch(/^[A-Z].*\.$/s);
  },
);
