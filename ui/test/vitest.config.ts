import { defineConfig } from 'vitest/config';

const conditions = ['drover-source', 'node', 'import', 'module', 'default'];

/** Browser tests of the built UI: `npm run test:ui`. They need Debian's `chromium`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: 'ui',
    root: import.meta.dirname,
    include: process.env['UI_IMAGES'] ? ['images.ui-spec.ts'] : ['**/*.ui-spec.ts'],
    exclude: process.env['UI_IMAGES'] ? [] : ['images.ui-spec.ts'],
    environment: 'node',
    testTimeout: 40_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    expect: { poll: { timeout: 15_000 } },
  },
});
