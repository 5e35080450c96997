export { LactProbe, LactProbe as default } from './lact.probe.js';
export * from './lact-protocol.js';
export * from './lact-sample.js';
