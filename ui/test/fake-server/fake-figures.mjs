const MEBI = 1024 * 1024;

/** A reading of the host and of two GPUs every five seconds. */
export function performance(world, after) {
  if (!world.monitoringEnabled) return { enabled: false, sys_stats: null, gpu_stats: null };
  const newest = Math.floor(Date.now() / 5000);
  const count = world.samplesKept;
  const times = Array.from({ length: count }, (_, index) => (newest - count + 1 + index) * 5000);
  const fresh = times.filter((timeMs) => !after || timeMs > Date.parse(after));
  return {
    enabled: true,
    sys_stats: fresh.map(systemSample),
    gpu_stats: fresh.flatMap((timeMs) => [gpuSample(timeMs, 0), gpuSample(timeMs, 1)]),
  };
}

/** The same over a long stretch, thinned out to as many points as are asked for. */
export function performanceHistory(world, query) {
  const [fromMs, points] = [Date.parse(query.get('after')), Number(query.get('max_points'))];
  const stepMs = (Date.now() - fromMs) / points;
  const times = Array.from({ length: points }, (_, index) => fromMs + (index + 1) * stepMs);
  return {
    enabled: world.monitoringEnabled,
    probes: [],
    system: times.map((timeMs) => {
      const { net_io: io, ...sample } = systemSample(timeMs);
      return {
        timestamp: sample.timestamp,
        cpu_util_pct: 40,
        cpu_util_per_core: sample.cpu_util_per_core,
        mem_total_bytes: sample.mem_total_mb * MEBI,
        mem_used_bytes: sample.mem_used_mb * MEBI,
        mem_available_bytes: sample.mem_free_mb * MEBI,
        mem_free_bytes: sample.mem_free_mb * MEBI,
        swap_total_bytes: null,
        swap_used_bytes: null,
        load_avg: [sample.load_avg_1, sample.load_avg_5, sample.load_avg_15],
        network: io.map(({ name, bytes_recv: receivedBytes, bytes_sent: sentBytes }) => {
          return { name, receivedBytes, sentBytes };
        }),
        pressure: null,
        disks: [],
      };
    }),
    gpus: times.map((timeMs) => ({
      timestamp: new Date(timeMs).toISOString(),
      devices: [gpuSample(timeMs, 0), gpuSample(timeMs, 1)].map((gpu) => {
        const bytes = { mem_used_bytes: gpu.mem_used_mb * MEBI, mem_total_bytes: 24_564 * MEBI };
        return { ...gpu, ...bytes };
      }),
    })),
    latest: world.hardware.accelerators.map(({ gpu_id: id }) => latestGpu(id)),
  };
}

function systemSample(timeMs) {
  const wave = Math.sin(timeMs / 60_000);
  return {
    timestamp: new Date(timeMs).toISOString(),
    cpu_util_per_core: [30 + 20 * wave, 50 - 25 * wave, 12, 70 + 15 * wave],
    mem_total_mb: 64_000,
    mem_used_mb: 22_000 + 3000 * wave,
    mem_free_mb: 42_000 - 3000 * wave,
    swap_total_mb: 8000,
    swap_used_mb: 120,
    load_avg_1: 1.4 + wave,
    load_avg_5: 1.2,
    load_avg_15: 0.9,
    net_io: [
      { name: 'eth0', bytes_recv: timeMs * 40, bytes_sent: timeMs * 9 },
      { name: 'lo', bytes_recv: timeMs, bytes_sent: timeMs },
    ],
  };
}

function gpuSample(timeMs, id) {
  const wave = Math.sin(timeMs / 40_000 + id);
  return {
    timestamp: new Date(timeMs).toISOString(),
    id,
    name: 'NVIDIA RTX 4090',
    uuid: `GPU-${id}`,
    temp_c: 60 + 8 * wave,
    vram_temp_c: 72,
    gpu_util_pct: 55 + 40 * wave,
    mem_util_pct: 66,
    mem_used_mb: 16_000 + 900 * wave,
    mem_total_mb: 24_564,
    fan_speed_pct: 42,
    power_draw_w: 280 + 90 * wave,
  };
}

/** The latest sample of one GPU: the first tells everything, the second only what its probe knows. */
function latestGpu(id) {
  const details = {
    pstate: 'P2',
    throttle_reasons: ['sw_power_cap', 'hw_thermal_slowdown'],
    mem_busy_pct: 37.4,
    ecc_errors: 0,
  };
  const unknown = { pstate: null, throttle_reasons: null, mem_busy_pct: null, ecc_errors: null };
  const { mem_used_mb: usedMb, ...sample } = gpuSample(Date.now(), id);
  const bytes = { mem_used_bytes: usedMb * MEBI, mem_total_bytes: 24_564 * MEBI };
  return { ...sample, ...bytes, ...(id === 0 ? details : unknown), instances: [], stale: false };
}

/** The machine as `GET /api/hardware` tells it. */
export const HARDWARE = {
  schema_version: 1,
  captured_at: '2026-01-01T00:00:00Z',
  architecture: { name: 'x86_64' },
  operating_system: { family: 'linux', name: 'Debian GNU/Linux', version: '13', kernel: '6.12' },
  environment: { kind: 'bare_metal', name: null },
  cpu: {
    vendor: 'AMD',
    model: 'Ryzen 9 7950X',
    socket_count: 1,
    physical_core_count: 16,
    logical_thread_count: 32,
  },
  memory: { capacity_bytes: 64_000 * MEBI },
  accelerators: [0, 1].map((index) => ({
    index,
    kind: 'gpu',
    vendor: 'NVIDIA',
    model: 'NVIDIA RTX 4090',
    architecture: 'Ada Lovelace',
    memory: { kind: 'dedicated', capacity_bytes: 24_564 * MEBI },
    driver: { name: 'nvidia', version: '570.86' },
    power_limit_watts: 450,
    pci_address: `0000:0${index + 1}:00.0`,
    uuid: `GPU-${index}`,
    instances: index === 0 ? [{ profile: '1g.5gb', uuid: 'MIG-7' }] : [],
    gpu_id: index,
  })),
  probes: [
    { name: 'intel', state: 'absent', detail: 'no card made by Intel under /sys/class/drm' },
    { name: 'lact', state: 'failed', detail: 'the daemon of LACT has closed the connection' },
    { name: 'nvidia-smi', state: 'up', detail: null },
  ],
};

/** A capture of a streamed answer with reasoning. */
export function capture(id) {
  const chunk = (delta) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
  const answer =
    chunk({ reasoning_content: 'The user greets.' }) +
    chunk({ content: 'Hello' }) +
    chunk({ content: ' there.' }) +
    chunk({ tool_calls: [{ index: 0, function: { name: 'look_up', arguments: '{"q":1}' } }] }) +
    'data: [DONE]\n\n';
  const body = { model: 'qwen3-8b', messages: [{ role: 'user', content: 'Hi' }], stream: true };
  return {
    id,
    req_path: '/v1/chat/completions',
    req_headers: { 'Content-Type': 'application/json', Authorization: '[REDACTED]' },
    req_body: Buffer.from(JSON.stringify(body)).toString('base64'),
    resp_headers: { 'Content-Type': 'text/event-stream' },
    resp_body: Buffer.from(answer).toString('base64'),
  };
}

/** One live sample of a running model, with a generation going on. */
export function engineSample(timeMs) {
  const wave = Math.sin(timeMs / 9000);
  return {
    timestamp: timeMs,
    ok: true,
    engine: 'llama.cpp',
    tokensGenerated: Math.floor(timeMs / 20) % 1_000_000,
    tokensPerSecond: 48 + 9 * wave,
    promptTokens: 9120,
    promptTokensPerSecond: 0,
    contextUsed: 13_400 + Math.round(900 * wave),
    contextResident: 15_000,
    contextTotal: 16_384,
    contextPercent: 81.8,
    contextPercentMaxSlot: 84.2,
    busySlots: wave > 0 ? 2 : 1,
    totalSlots: 4,
    queuedRequests: 0,
    evaluationTimeMs: 5321,
    promptEvaluationTimeMs: 212,
    kvUsageRatio: null,
    draftAcceptanceRatio: null,
    sources: { tokens: 'slots+metrics', context: 'slots', evaluation: 'timings' },
    error: null,
  };
}

/** Known needs of the fake models, MiB by device. */
const NEEDS = {
  'qwen3-8b': ['learned', { gpu0: 9_200 }],
  'nomic-embed': ['learned', { gpu0: 1_100 }],
  'gemma3-27b': ['learned', { gpu0: 9_800, gpu1: 9_800 }],
  'vendor/coder 30b:q4': ['configured', { gpu1: 21_000 }],
};

const needOf = (id) => {
  if (!NEEDS[id]) return null;
  const [source, mebi] = NEEDS[id];
  const entries = Object.entries(mebi).map(([device, amount]) => [device, amount * MEBI]);
  return { source, bytes: Object.fromEntries(entries) };
};

/** Memory of the host and of two GPUs, divided among the models that run. */
export function memory(world) {
  const running = world.models.filter(({ state }) => state === 'ready' || state === 'starting');
  const device = (id, name, totalMebi, otherMebi) => {
    const models = running.flatMap(({ id: model }) => {
      const need = needOf(model);
      const bytes = need?.bytes[id];
      if (!bytes) return [];
      const isEstimate = need.source === 'configured';
      return [{ model, bytes, source: isEstimate ? 'configured' : 'driver', isEstimate }];
    });
    const usedBytes = models.reduce((sum, { bytes }) => sum + bytes, otherMebi * MEBI);
    const totalBytes = totalMebi * MEBI;
    const freeBytes = totalBytes - usedBytes;
    const otherBytes = otherMebi * MEBI;
    return { device: id, name, totalBytes, usedBytes, freeBytes, otherBytes, models };
  };
  return {
    at: new Date().toISOString(),
    devices: [
      device('gpu0', 'NVIDIA RTX 4090', 24_564, 900),
      device('gpu1', 'NVIDIA RTX 4090', 24_564, 300),
      device('system', null, 64_000, 21_800),
    ],
    models: world.models
      .filter((entry) => !entry.peerID)
      .map(({ id, state }) => ({ model: id, state, need: needOf(id) })),
  };
}

/** Half an hour in which the models came one after the other. */
export function memoryHistory(world) {
  const { devices } = memory(world);
  const points = Array.from({ length: 120 }, (_, index) => ({
    at: new Date(Date.now() - (119 - index) * 15_000).toISOString(),
    devices: devices.map(({ device, totalBytes, otherBytes, models }) => {
      const held = models
        .filter((_share, place) => index > 30 * (place + 1))
        .map(({ model, bytes }) => ({ model, bytes }));
      const usedBytes = held.reduce((sum, { bytes }) => sum + bytes, otherBytes);
      return { device, totalBytes, usedBytes, models: held };
    }),
  }));
  return { points };
}

/** The local models and their processes. */
export function overview(world) {
  const models = world.models.filter((entry) => !entry.peerID);
  return {
    models: models.map(({ id, state }) => {
      const inFlight = world.inflight.filter((entry) => entry.model === id).length;
      const isIdle = state === 'ready' && inFlight === 0;
      const changedAt = world.states.findLast(({ model }) => model === id)?.at ?? new Date();
      const elapsedMs = Date.now() - changedAt;
      const percent = Math.min(99, (elapsedMs / world.loadMs) * 100);
      return {
        id,
        state,
        inFlight,
        waiting: 0,
        idleMs: isIdle ? elapsedMs : null,
        loadMs: null,
        stopMs: null,
        serviceMs: null,
        upstream: null,
        readyAt: null,
        process: null,
        ttlMs: id === 'nomic-embed' ? null : 600_000,
        unloadInMs: isIdle && id !== 'nomic-embed' ? world.unloadsAtMs - Date.now() : null,
        unloadAt: null,
        load:
          state === 'starting'
            ? { stage: 'weights', percent, source: 'log', elapsedMs, expectedMs: null }
            : null,
      };
    }),
  };
}
