import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, Plugin } from 'vite';

const outDir = join(import.meta.dirname, '..', 'dist', 'ui');
const compressible = /\.(?:js|css|html|svg|json|txt|webmanifest)$/;

/** Which chunk needs which; the check of sizes reads it from beside the served folder. */
const MANIFEST = 'ui-manifest.json';

/** Writes a Brotli and a gzip copy beside every text file of at least 1 KiB. */
function precompress(): Plugin {
  return {
    name: 'drover-precompress',
    apply: 'build',
    closeBundle() {
      renameSync(join(outDir, MANIFEST), join(outDir, '..', MANIFEST));
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (!entry.isFile() || !compressible.test(entry.name) || statSync(file).size < 1024)
          continue;
        const bytes = readFileSync(file);
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

/** Every browser that runs this UI takes WOFF2, so KaTeX's other fonts stay at home. */
function onlyWoff2(): Plugin {
  return {
    name: 'drover-only-woff2',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('katex.min.css')) return null;
      return code.replaceAll(/,url\([^)]+\) format\("(?:woff|truetype)"\)/g, '');
    },
  };
}

/** Where the development server finds Drover; the variable's name is the one users know. */
const target = process.env['LLAMA_SWAP_URL'] ?? 'http://127.0.0.1:8080';
const proxied = [
  '/api',
  '/v1',
  '/upstream',
  '/comfyui',
  '/logs',
  '/sdapi',
  '/socket.io',
  '/running',
];

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the UI works under whatever path a gateway shows it.
  base: './',
  plugins: [onlyWoff2(), svelte(), tailwindcss(), precompress()],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    sourcemap: false,
    manifest: MANIFEST,
  },
  server: {
    proxy: Object.fromEntries(
      proxied.map((path) => [path, { target, changeOrigin: true, ws: true }]),
    ),
  },
});
