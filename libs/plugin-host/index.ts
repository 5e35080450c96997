export * from './isolation/index.js';
export * from './plugin-entry.interface.js';
export * from './plugin-host.module.js';
export * from './plugin-packages.loader.js';
export * from './plugin.registry.js';
export * from './plugin.watch.js';
