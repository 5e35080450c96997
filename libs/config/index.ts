export * from './config.interface.js';
