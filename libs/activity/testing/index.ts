export * from './activity-entry.js';
