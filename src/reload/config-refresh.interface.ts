/** Looks again at what the configuration store does not read by itself. */
export type ConfigRefresh = () => Promise<void>;

/** Injection token of the {@link ConfigRefresh}. */
export const CONFIG_REFRESH = Symbol.for('drover:config-refresh');
