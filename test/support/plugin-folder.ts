import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Installs a plugin package below a folder as npm would, with this Drover as its peer. */
export function installPlugin(folder: string, name: string, code: string): void {
  const home = join(folder, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  const manifest = { name, version: '1.2.3', type: 'module', main: 'index.js' };
  const drover = { apiVersion: 1 };
  writeFileSync(join(home, 'package.json'), JSON.stringify({ ...manifest, drover }));
  writeFileSync(join(home, 'index.js'), code);
  const peer = join(folder, 'node_modules', 'drover');
  try {
    symlinkSync(ROOT, peer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
