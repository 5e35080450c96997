export { SysfsProbe, SysfsProbe as default } from './sysfs.probe.js';
export * from './drm-cards.js';
