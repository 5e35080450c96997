export * from './router.interface.js';
