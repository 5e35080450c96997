export * from './gpu/gpu-reading.interface.js';
export * from './gpu/compatible-gpu.js';
export * from './gpu/gpu-view.js';
