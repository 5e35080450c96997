export { AppleProbe, AppleProbe as default } from './apple.probe.js';
export * from './ioreg.js';
export * from './mactop.js';
