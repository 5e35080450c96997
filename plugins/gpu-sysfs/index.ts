export { SysfsProbe, SysfsProbe as default } from './sysfs.probe.js';
export * from './drm-cards.js';
export * from './gfx-target.js';
