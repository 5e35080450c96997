import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { FAULT_FILES } from '../fault-table.js';

// "import" is added where something is imported; here it would reach what is required as well.
const conditions = ['drover-source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name: 'faults',
    root: resolve(import.meta.dirname, '../..'),
    include: [...FAULT_FILES, 'test/fault-table.spec.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Generous, because these tests wait for processes: a busy machine is no fault.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
