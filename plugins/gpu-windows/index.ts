export { WindowsProbe, WindowsProbe as default } from './windows.probe.js';
export * from './gpu-engine.js';
export * from './counter-round.js';
