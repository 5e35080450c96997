export * from './fake-probe-world.js';
