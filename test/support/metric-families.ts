/** Families that dashboards of this API's users read, and their types. */
export const LEGACY_FAMILIES: Readonly<Record<string, readonly string[]>> = {
  gauge: [
    'cpu_util_percent memory_total_bytes memory_used_bytes memory_free_bytes swap_total_bytes',
    'swap_used_bytes load_average gpu_temperature_celsius gpu_vram_temperature_celsius',
    'gpu_util_percent gpu_memory_util_percent gpu_memory_used_bytes gpu_memory_total_bytes',
    'gpu_fan_speed_percent gpu_power_draw_watts',
  ],
  counter: ['network_bytes_total'],
};

/** Families of ours that must be there. */
export const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  counter: [
    'http_requests_total model_requests_total request_bytes_total response_bytes_total',
    'input_tokens_total output_tokens_total reasoning_tokens_total draft_tokens_total',
    'prompt_seconds_total generation_seconds_total queue_rejected_total model_swaps_total',
    'model_loads_total model_unloads_total model_process_exits_total',
    'model_process_cpu_seconds_total engine_prompt_tokens_total engine_generated_tokens_total',
    'engine_poll_errors_total gpu_energy_joules_total probe_errors_total config_reloads_total',
    'activity_write_errors_total telemetry_exported_total telemetry_dropped_total',
  ],
  gauge: [
    'model_requests_in_flight queue_length model_state model_info model_start_time_seconds',
    'model_last_request_time_seconds model_process_resident_memory_bytes model_gpu_memory_bytes',
    'engine_up engine_slots_busy engine_slots engine_requests_deferred',
    'engine_context_used_tokens engine_context_size_tokens engine_context_used_ratio_max_slot',
    'engine_kv_cache_usage_ratio gpu_info gpu_utilization_ratio gpu_power_limit_watts',
    'gpu_clock_hertz cpu_utilization_ratio memory_available_bytes filesystem_free_bytes',
    'probe_up probe_last_success_timestamp_seconds build_info config_last_reload_successful',
    'config_last_reload_success_timestamp_seconds',
  ],
  histogram: [
    'request_duration_seconds upstream_duration_seconds time_to_first_token_seconds',
    'upstream_time_to_first_token_seconds time_per_output_token_seconds request_input_tokens',
    'request_output_tokens queue_wait_seconds model_load_duration_seconds',
  ],
};

/** A family as a page declares it. */
export interface DeclaredFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** The families that a page declares, whether they have series or not. */
export function declaredFamilies(page: string): readonly DeclaredFamily[] {
  const helps = new Map(
    [...page.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => [name!, help!]),
  );
  return [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => {
    return { name: name!, type: type!, help: helps.get(name!) ?? '' };
  });
}

/** The wanted families with their whole names, as `[name, type]`. */
export function wantedFamilies(
  prefix: string,
  families: Readonly<Record<string, readonly string[]>>,
): readonly (readonly [name: string, type: string])[] {
  return Object.entries(families).flatMap(([type, lines]) =>
    lines.flatMap((line) => line.split(' ').map((name) => [`${prefix}${name}`, type] as const)),
  );
}

/** The document about the families that a page declares. */
export function metricDocs(page: string): string {
  const rows = declaredFamilies(page)
    .filter(({ name }) => /^(drover|llamaswap)_/.test(name))
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`);
  return `# Metrics

All families of \`GET /metrics\`, beside those of the process (\`process_…\`, \`nodejs_…\`). What is unknown has no
series. \`llamaswap_…\` names are those that dashboards of llama-swap read; \`metrics.legacy: false\` switches them
off. See [Monitoring](monitoring.md).

| Name | Type | Meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}
