import { Client } from './client.interface.js';
import { ALL_SCOPES } from './scopes.js';

/** Whoever comes while no keys are configured. */
export const EVERYBODY: Client = { name: '', scopes: ALL_SCOPES, models: null, limits: null };
