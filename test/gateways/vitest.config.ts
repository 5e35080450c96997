import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'gateways',
    root: import.meta.dirname,
    include: ['*.e2e-spec.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
