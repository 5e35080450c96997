import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

/**
 * Runs a benchmark: `node test/bench/run.mjs FOLDER/FILE.ts [ARGUMENTS]`. Benchmarks are TypeScript
 * that Node runs as it is, on the built program; this lets their relative imports end in `.js`.
 */
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !specifier.endsWith('.js')) return next(specifier, context);
    const source = new URL(`${specifier.slice(0, -2)}ts`, context.parentURL);
    return next(existsSync(fileURLToPath(source)) ? source.href : specifier, context);
  },
});

const [file] = process.argv.splice(2, 1);
await import(pathToFileURL(resolve(import.meta.dirname, file ?? '')).href);
