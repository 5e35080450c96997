/**
 * The two functions of a test runner that the contract suites need: those of Vitest, Jest or
 * `node:test` fit as they are.
 */
export interface TestRunner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => void | Promise<void>) => unknown;
}
