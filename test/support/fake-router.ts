import { DroverConfig } from '#lib/config';
import { ModelState, WaitReason } from '#lib/plugin-api';
import { AcquireRequest, Lease } from '#lib/router';
import { ModelRouter, ResolvedModel } from '../../src/composition/model-router.interface.js';
import { ModelStates } from '../../src/composition/model-states.interface.js';

/** A router whose every decision a test makes; what a test does not expect fails it. */
export class FakeRouter implements ModelRouter, ModelStates {
  readonly seen: string[] = [];
  readonly states = new Map<string, ModelState>();
  /** Decides about each request; by default every model is ready at its configured address. */
  onAcquire: (request: AcquireRequest) => Lease | Promise<Lease> = ({ model }) => this.lease(model);
  leases = 0;

  constructor(private readonly config: DroverConfig) {}

  resolve(name: string): ResolvedModel | null {
    for (const { id, aliases } of this.config.models.values()) {
      if (id === name || aliases.includes(name)) return { kind: 'local', model: id };
    }
    for (const { id, models } of this.config.peers.values()) {
      const model = models.find((item) => item === name || `${id}/${item}` === name);
      if (model !== undefined) return { kind: 'peer', peer: id, model };
    }
    return null;
  }

  acquire(request: AcquireRequest): Lease | Promise<Lease> {
    this.seen.push(`acquire ${request.model}`);
    return this.onAcquire(request);
  }

  /** Measured load times, milliseconds. */
  readonly loadsMs = new Map<string, number>();

  expectedLoadMs(model: string): number | null {
    return this.loadsMs.get(model) ?? null;
  }

  readonly waitReasons = new Map<string, WaitReason>();

  waitReason(model: string): WaitReason | null {
    return this.waitReasons.get(model) ?? null;
  }

  async unload(models: readonly string[] | null): Promise<void> {
    this.seen.push(`unload ${models?.join() ?? 'all'}`);
  }

  async load(model: string): Promise<void> {
    this.seen.push(`load ${model}`);
  }

  stateOf(model: string): ModelState {
    return this.states.get(model) ?? 'stopped';
  }

  upstreamOf(model: string): URL | null {
    const { proxy } = this.config.models.get(model)!;
    return this.stateOf(model) === 'ready' ? new URL(proxy) : null;
  }

  private readonly listeners = new Set<(model: string) => void>();

  onState(listener: (model: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A model's process goes into another state. */
  change(model: string, state: ModelState): void {
    this.states.set(model, state);
    for (const listener of Array.from(this.listeners)) listener(model);
  }

  /** A lease on a model at an address, counted until it is released. */
  lease(model: string, upstream = this.config.models.get(model)!.proxy): Lease {
    this.leases += 1;
    const release = (): void => {
      this.leases -= 1;
    };
    const lease = { model, upstream: new URL(upstream), priority: 0, waitedMs: 0, release };
    return { ...lease, [Symbol.dispose]: release };
  }
}
