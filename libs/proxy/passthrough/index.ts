export * from './passthrough-request.interface.js';
export * from './passthrough.proxy.js';
export { type UpgradeResult } from './socket-passthrough.js';
