export { NvidiaSmiProbe, NvidiaSmiProbe as default } from './nvidia-smi.probe.js';
export * from './nvidia-csv.js';
export * from './nvidia-errors.js';
export * from './nvidia-list.js';
export * from './nvidia-inventory.js';
export * from './snapshot-grouper.js';
