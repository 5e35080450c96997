import { RuntimePlugin } from '#lib/plugin-api';

/** Finds a process runtime by the name that the configuration uses. */
export interface ProcessRuntimes {
  get(name: string): RuntimePlugin | undefined;
}

/** Injection token of the {@link ProcessRuntimes}; without a provider there is `local` alone. */
export const PROCESS_RUNTIMES = Symbol.for('drover:process-runtimes');
