import {
  each,
  FLAG,
  listOf,
  mapOf,
  named,
  nullable,
  NUMBER,
  NUMBER_OR_NULL,
  objectOf,
  oneOf,
  TEXT,
  TEXT_OR_NULL,
  TIME,
} from '../openapi/schemas.js';

const COMPATIBLE_HOST = named(
  'CompatibleHostSample',
  objectOf({
    timestamp: TIME,
    cpu_util_per_core: listOf(NUMBER),
    ...each('mem_total_mb mem_used_mb mem_free_mb swap_total_mb swap_used_mb', NUMBER),
    ...each('load_avg_1 load_avg_5 load_avg_15', NUMBER),
    net_io: nullable(listOf(objectOf({ name: TEXT, ...each('bytes_recv bytes_sent', NUMBER) }))),
  }),
);

const COMPATIBLE_GPU = named(
  'CompatibleGpuSample',
  objectOf({
    timestamp: TIME,
    ...each('name uuid', TEXT),
    ...each('id temp_c vram_temp_c gpu_util_pct mem_util_pct mem_used_mb mem_total_mb', NUMBER),
    ...each('fan_speed_pct power_draw_w', NUMBER),
  }),
);

/** Schema of `GET /api/performance`. */
export const COMPATIBLE_PERFORMANCE_SCHEMA = named(
  'CompatiblePerformance',
  objectOf({
    enabled: FLAG,
    gpu_stats: listOf(COMPATIBLE_GPU),
    sys_stats: listOf(COMPATIBLE_HOST),
  }),
);

/** Schema of the answer of `GET /api/performance` when nothing is sampled. */
export const PERFORMANCE_OFF_SCHEMA = objectOf({ enabled: { const: false } });

const PRESSURE = nullable(objectOf({ some: NUMBER, full: NUMBER_OR_NULL }));

const HOST = named(
  'HostSample',
  objectOf({
    timestamp: TIME,
    cpu_util_pct: NUMBER_OR_NULL,
    cpu_util_per_core: listOf(NUMBER),
    ...each('mem_total_bytes mem_used_bytes mem_available_bytes mem_free_bytes', NUMBER),
    ...each('swap_total_bytes swap_used_bytes', NUMBER_OR_NULL),
    load_avg: nullable(listOf(NUMBER)),
    network: nullable(listOf(objectOf({ name: TEXT, ...each('receivedBytes sentBytes', NUMBER) }))),
    pressure: nullable(objectOf(each('cpu memory io', PRESSURE))),
    disks: listOf(objectOf({ path: TEXT, ...each('totalBytes freeBytes', NUMBER) })),
  }),
);

const MEMORY_KIND = oneOf(['dedicated', 'unified', 'shared_system', 'unknown']);

const INSTANCE = objectOf(each('profile uuid', TEXT));

const GPU_MEMBERS = {
  timestamp: TIME,
  id: NUMBER,
  ...each('name uuid pci temp_source pstate', TEXT_OR_NULL),
  source: listOf(TEXT),
  ...each('temp_c vram_temp_c gpu_util_pct mem_util_pct mem_used_bytes', NUMBER_OR_NULL),
  ...each('mem_total_bytes fan_speed_pct power_draw_w power_limit_w', NUMBER_OR_NULL),
  ...each('clock_mhz vram_clock_mhz mem_busy_pct ecc_errors', NUMBER_OR_NULL),
  throttle_reasons: nullable(listOf(TEXT)),
  instances: nullable(listOf(INSTANCE)),
  mem_kind: MEMORY_KIND,
};

const PROBE_STATE = oneOf(['starting', 'up', 'absent', 'failed', 'stopped']);

/** Schema of `GET /api/v1/performance`. */
export const PERFORMANCE_SCHEMA = named(
  'Performance',
  objectOf({
    enabled: FLAG,
    probes: listOf(
      named(
        'ProbeState',
        objectOf({
          name: TEXT,
          state: PROBE_STATE,
          lastSuccessMs: NUMBER_OR_NULL,
          tookMs: NUMBER_OR_NULL,
          errors: mapOf(NUMBER),
          lastError: TEXT_OR_NULL,
          detail: TEXT_OR_NULL,
        }),
      ),
    ),
    system: listOf(HOST),
    gpus: listOf(
      objectOf({ timestamp: TIME, devices: listOf(named('GpuSample', objectOf(GPU_MEMBERS))) }),
    ),
    latest: listOf(named('LatestGpuSample', objectOf({ ...GPU_MEMBERS, stale: FLAG }))),
  }),
);

const NAME_AND_VERSION = objectOf(each('name version', TEXT_OR_NULL));

const ACCELERATOR = named(
  'Accelerator',
  objectOf(
    {
      index: NUMBER,
      kind: oneOf(['gpu', 'npu', 'other']),
      ...each('vendor model architecture pci_address uuid', TEXT_OR_NULL),
      memory: objectOf({ kind: MEMORY_KIND, capacity_bytes: NUMBER_OR_NULL }),
      driver: nullable(NAME_AND_VERSION),
      power_limit_watts: NUMBER_OR_NULL,
      instances: listOf(INSTANCE),
      gpu_id: NUMBER_OR_NULL,
      raw_kind: TEXT,
    },
    ['raw_kind'],
  ),
);

const OPERATING_SYSTEM = objectOf(
  {
    family: oneOf(['linux', 'macos', 'windows', 'freebsd', 'other']),
    ...each('name version kernel', TEXT_OR_NULL),
    raw_family: TEXT,
  },
  ['raw_family'],
);

const ENVIRONMENT = objectOf(
  {
    kind: oneOf(['native', 'container', 'virtual_machine', 'wsl', 'other', 'unknown']),
    ...each('name version', TEXT_OR_NULL),
    raw_kind: TEXT,
  },
  ['raw_kind'],
);

/** Schema of `GET /api/hardware`. */
export const HARDWARE_SCHEMA = named(
  'HardwareSnapshot',
  objectOf({
    schema_version: { const: 1 },
    captured_at: TIME,
    capture: objectOf({
      scope: { const: 'inference_host' },
      method: { const: 'detected' },
      detector: objectOf(each('name version', TEXT)),
    }),
    architecture: objectOf({ name: TEXT, raw_name: TEXT_OR_NULL }),
    operating_system: OPERATING_SYSTEM,
    environment: ENVIRONMENT,
    cpu: objectOf({
      ...each('vendor model', TEXT_OR_NULL),
      ...each('socket_count physical_core_count logical_thread_count', NUMBER_OR_NULL),
    }),
    memory: objectOf({ capacity_bytes: NUMBER_OR_NULL }),
    accelerators: listOf(ACCELERATOR),
    probes: listOf(objectOf({ name: TEXT, state: PROBE_STATE, detail: TEXT_OR_NULL })),
  }),
);
