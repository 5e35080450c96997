import { VirtualClock } from '#lib/foundation';
import { describe, expect, it } from 'vitest';
import { DeviceReading } from './device-reading.interface.js';
import { MemoryLedger } from './memory-ledger.js';

const GIB = 2 ** 30;

class Machine {
  readonly clock = new VirtualClock();
  readonly output = new Map<string, string>();
  readonly pids = new Map<string, number[]>();
  usedGib = 0;
  processes: Map<number, number> | null = null;
  waits = true;
  readonly ledger = new MemoryLedger({
    clock: this.clock,
    pids: (model) => this.pids.get(model) ?? [],
    output: (model) => this.output.get(model) ?? '',
    waitsForRoom: () => this.waits,
  });

  constructor() {
    this.ledger.readFrom(() => [this.reading()]);
  }

  private reading(): DeviceReading {
    const { usedGib, processes } = this;
    return { device: 'gpu0', totalBytes: 24 * GIB, usedBytes: usedGib * GIB, processes };
  }

  /** A model loads and takes so much. */
  load(model: string, takesGib: number): void {
    this.ledger.changed(model, 'starting');
    this.clock.advance(3000);
    this.usedGib += takesGib;
    this.ledger.changed(model, 'ready');
    this.clock.advance(20_000);
  }

  stop(model: string, freesGib: number): void {
    this.ledger.changed(model, 'stopping');
    this.usedGib -= freesGib;
    this.ledger.changed(model, 'stopped');
  }
}

describe('MemoryLedger', () => {
  it('tells devices with what is free', () => {
    const machine = new Machine();
    machine.usedGib = 4;
    expect(machine.ledger.devices()).toEqual([
      { device: 'gpu0', totalBytes: 24 * GIB, freeBytes: 20 * GIB },
    ]);
  });

  it('learns a need from the rise of used memory during a load, and keeps the highest', () => {
    const machine = new Machine();
    machine.load('a', 9);
    expect(machine.ledger.of('a')).toEqual({ gpu0: 9 * GIB });
    machine.stop('a', 9);
    machine.load('a', 7);
    expect(machine.ledger.of('a')).toEqual({ gpu0: 9 * GIB });
    machine.stop('a', 7);
    machine.load('a', 11);
    expect(machine.ledger.of('a')).toEqual({ gpu0: 11 * GIB });
  });

  it('is not misled by memory that is released late', () => {
    const machine = new Machine();
    machine.usedGib = 10;
    machine.ledger.changed('b', 'starting');
    machine.clock.advance(1000);
    machine.usedGib = 2;
    machine.clock.advance(1000);
    machine.usedGib = 8;
    machine.ledger.changed('b', 'ready');
    machine.clock.advance(1000);
    expect(machine.ledger.of('b')).toEqual({ gpu0: 6 * GIB });
  });

  it('learns nothing from the sum while two models change at once', () => {
    const machine = new Machine();
    machine.ledger.changed('a', 'starting');
    machine.ledger.changed('b', 'starting');
    machine.usedGib = 12;
    machine.ledger.changed('a', 'ready');
    machine.ledger.changed('b', 'ready');
    machine.clock.advance(20_000);
    expect([machine.ledger.of('a'), machine.ledger.of('b')]).toEqual([null, null]);
  });

  it('prefers the figures of its processes, also while others change', () => {
    const machine = new Machine();
    machine.pids.set('a', [7, 8]);
    machine.ledger.changed('a', 'starting');
    machine.ledger.changed('b', 'starting');
    machine.usedGib = 12;
    machine.processes = new Map([
      [7, 2 * GIB],
      [8, 3 * GIB],
      [9, 4 * GIB],
    ]);
    machine.ledger.changed('a', 'ready');
    expect(machine.ledger.of('a')).toEqual({ gpu0: 5 * GIB });
    machine.processes = new Map([[7, 6 * GIB]]);
    machine.clock.advance(1000);
    expect(machine.ledger.of('a')).toEqual({ gpu0: 6 * GIB });
  });

  it('stops polling when nothing is resident', () => {
    const machine = new Machine();
    machine.load('a', 1);
    expect(machine.clock.pendingTimers).toBe(1);
    machine.stop('a', 1);
    expect(machine.clock.pendingTimers).toBe(0);
  });

  it('lets a load wait until its memory is seen free', async () => {
    const machine = new Machine();
    machine.usedGib = 20;
    const seen: string[] = [];
    const room = machine.ledger.room('a', { gpu0: 8 * GIB });
    void room?.then(() => seen.push('free'));
    await machine.clock.advanceAsync(1000);
    expect(seen).toEqual([]);
    machine.usedGib = 16;
    await machine.clock.advanceAsync(100);
    expect(seen).toEqual(['free']);
  });

  it('waits for room only so long', async () => {
    const machine = new Machine();
    machine.usedGib = 24;
    const room = machine.ledger.room('a', { gpu0: 8 * GIB });
    await machine.clock.advanceAsync(10_000);
    await expect(room).resolves.toBeUndefined();
    expect(machine.clock.pendingTimers).toBe(0);
  });

  it('waits for an amount that may lie on any device, too', async () => {
    const machine = new Machine();
    machine.usedGib = 20;
    const seen: string[] = [];
    void machine.ledger.room('a', { '*': 8 * GIB })?.then(() => seen.push('free'));
    await machine.clock.advanceAsync(1000);
    expect(seen).toEqual([]);
    machine.usedGib = 16;
    await machine.clock.advanceAsync(100);
    expect(seen).toEqual(['free']);
  });

  it.each<Record<string, number>>([{ '*': 999 * GIB }, { gpu0: 999 * GIB }, { gpu7: GIB }])(
    'does not wait for %j, which there will never be',
    (need) => {
      const machine = new Machine();
      machine.usedGib = 24;
      expect(machine.ledger.room('a', need)).toBeNull();
    },
  );

  it('does not wait when there is room, the need is unknown, or the planner counts no memory', () => {
    const machine = new Machine();
    expect(machine.ledger.room('a', { gpu0: 8 * GIB })).toBeNull();
    machine.usedGib = 24;
    expect(machine.ledger.room('a', null)).toBeNull();
    machine.waits = false;
    expect(machine.ledger.room('a', { gpu0: 8 * GIB })).toBeNull();
  });

  it.each([
    'ggml_backend_cuda_buffer_type_alloc_buffer: cudaMalloc failed: out of memory',
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
    'ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory',
    'llama_init_from_model: failed to allocate buffer for kv cache',
  ])('recognises a death of lack of memory: %s', (line) => {
    const machine = new Machine();
    machine.output.set('a', `loading\n${line}\n`);
    expect(machine.ledger.diedOfMemory('a')).toBe(true);
    expect(machine.ledger.diedOfMemory('b')).toBe(false);
  });

  it('asks for more after a need that fell short, and keeps what it knows across restarts', () => {
    const machine = new Machine();
    machine.ledger.fellShort('a', { gpu0: 10 * GIB });
    expect(machine.ledger.of('a')!['gpu0']).toBeGreaterThan(11 * GIB);
    const later = new Machine();
    later.ledger.restore(machine.ledger.snapshot());
    expect(later.ledger.of('a')).toEqual(machine.ledger.of('a'));
  });
});
