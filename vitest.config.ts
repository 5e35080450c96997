import { defineConfig } from 'vitest/config';

// "import" is added where something is imported; here it would reach what is required as well.
const conditions = ['drover-source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{libs,src,plugins,ui/src}/**/*.spec.ts', 'test/*.spec.ts'],
          environment: 'node',
          setupFiles: ['test/support/setup.ts'],
          // Properties run thousands of cases: slow on a busy machine, and no reason to fail.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e-spec.ts'],
          environment: 'node',
          setupFiles: ['test/support/setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
