import { GpuSample, sharePercent, unknownGpu } from '#lib/plugin-api';
import { DrmCard, sensorFolders } from './drm-cards.js';
import { readTemperatures } from './temperatures.js';

const MICRO = 1_000_000;
const PWM_MAX = 255;

/** Reads one card of the amdgpu driver (kernel documentation, "GPU sysfs and hwmon interfaces"). */
export async function amdgpuSample(card: DrmCard): Promise<GpuSample> {
  const { device } = card;
  const [hwmon] = await sensorFolders(card);
  const temperatures = await readTemperatures(hwmon);
  const used = await device.number('mem_info_vram_used');
  const total = await device.number('mem_info_vram_total');
  const pwm = (await hwmon?.number('pwm1')) ?? null;
  const pwmMax = (await hwmon?.number('pwm1_max')) ?? PWM_MAX;
  return {
    ...unknownGpu(card.index),
    pciAddress: card.pciAddress,
    name: await device.text('product_name'),
    vendor: 'AMD',
    driverVersion: await device.text('driver/module/version'),
    temperatureCelsius: temperatures.core,
    temperatureSource: temperatures.source,
    memoryTemperatureCelsius: temperatures.memory,
    utilizationPercent: await busyPercent(card),
    memoryUtilizationPercent: sharePercent(used, total),
    memoryUsedBytes: used,
    memoryTotalBytes: total,
    memoryKind: (total ?? 0) > 0 ? 'dedicated' : 'shared_system',
    fanPercent: sharePercent(pwm, pwmMax),
    powerWatts: (await hwmon?.scaled(['power1_average', 'power1_input'], MICRO)) ?? null,
    powerLimitWatts: (await hwmon?.scaled(['power1_cap'], MICRO)) ?? null,
    clockHertz: (await hwmon?.number('freq1_input')) ?? null,
    memoryClockHertz: (await hwmon?.number('freq2_input')) ?? null,
  };
}

/** On older kernels the question itself wakes a suspended device, so it is not asked then. */
async function busyPercent({ device }: DrmCard): Promise<number | null> {
  const isSuspended = (await device.text('power/runtime_status')) === 'suspended';
  return isSuspended ? 0 : await device.number('gpu_busy_percent');
}
