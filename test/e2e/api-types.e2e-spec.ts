import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiDescription } from '../support/api-description.js';
import { apiTypes } from '../support/api-types.js';
import { startWhole, WholeDrover } from '../support/whole-drover.js';

let drover: WholeDrover;

beforeAll(async () => {
  drover = await startWhole(() => ({ models: {} }));
});

afterAll(() => drover[Symbol.asyncDispose]());

it('the types that the web interface uses are those of the API: npm run api:types', async () => {
  const answer = await fetch(new URL('/api/openapi.json', drover.url));
  const types = await apiTypes((await answer.json()) as ApiDescription);
  const file = join(import.meta.dirname, '../../ui/src/api/types.ts');
  await expect(types).toMatchFileSnapshot(file);
});
