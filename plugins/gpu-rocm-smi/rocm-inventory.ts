import {
  GpuInventoryItem,
  pciAddressOf,
  toolNumber,
  toolText,
  unknownAccelerator,
} from '#lib/plugin-api';
import { RocmCard, parseRocmOutput } from './rocm-cards.js';

/** Reads the static facts of the cards out of the output of rocm-smi (`--json` or `--csv`). */
export function parseRocmInventory(output: string): readonly GpuInventoryItem[] {
  return parseRocmOutput(output).cards.map(item);
}

function item({ properties }: RocmCard): GpuInventoryItem {
  const text = (...names: readonly string[]): string | null =>
    names.map((name) => toolText(properties.get(name))).find((value) => value !== null) ?? null;
  const memoryBytes = toolNumber(properties.get('vram total memory (b)'));
  return {
    ...unknownAccelerator(),
    pciAddress: pciAddressOf(text('pci bus')),
    vendor: 'AMD',
    model: text('card series', 'device name', 'card model'),
    architecture: text('gfx version'),
    memoryKind: memoryBytes !== null && memoryBytes > 0 ? 'dedicated' : 'unknown',
    memoryBytes,
    driverVersion: text('driver version'),
    powerLimitWatts: toolNumber(properties.get('max graphics package power (w)')),
  };
}
