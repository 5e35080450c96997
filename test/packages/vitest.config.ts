import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'packages',
    root: import.meta.dirname,
    include: ['*.e2e-spec.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
