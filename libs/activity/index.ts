export * from './response/response-facts.interface.js';
export * from './response/legacy-tokens.js';
export * from './response/response.reader.js';
