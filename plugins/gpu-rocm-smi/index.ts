export { RocmSmiProbe, RocmSmiProbe as default } from './rocm-smi.probe.js';
export * from './rocm-sample.js';
export * from './amd-smi-sample.js';
export * from './rocm-inventory.js';
