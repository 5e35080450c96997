import { api, modelPath, request } from '../api/client.js';
import { live } from './live.svelte.js';
import { toasts } from './toasts.svelte.js';

/** Loads that the user has asked for and that can still be cancelled, by model id. */
class ModelActions {
  pending = $state.raw<ReadonlyMap<string, AbortController>>(new Map());
  unloadingAll = $state(false);
  /** Last failed load per model: the reason stays visible until the next attempt. */
  failures = $state.raw<ReadonlyMap<string, string>>(new Map());

  async load(id: string): Promise<void> {
    if (this.pending.has(id)) return;
    const abort = new AbortController();
    this.setPending(id, abort);
    this.setFailure(id, null);
    try {
      await request(`/api/models/load/${modelPath(id)}`, { method: 'POST', signal: abort.signal });
    } catch (error) {
      if (!abort.signal.aborted) {
        const reason = error instanceof Error ? error.message : String(error);
        this.setFailure(id, reason);
        toasts.show('error', `Loading ${id} failed: ${reason}`);
      }
    } finally {
      this.setPending(id, null);
    }
  }

  /** Gives up a load, and stops it unless somebody else's request waits for the model. */
  cancel(id: string): void {
    this.pending.get(id)?.abort();
    const isWanted = live.inflight.some((entry) => entry.model === id);
    if (!isWanted) void this.unload(id);
  }

  async unload(id: string): Promise<void> {
    await toasts.guard(`Unloading ${id} failed`, () =>
      api(`/api/models/unload/${modelPath(id)}`, { method: 'POST' }),
    );
  }

  async unloadAll(): Promise<void> {
    this.unloadingAll = true;
    await toasts.guard('Unloading failed', () => api('/api/models/unload', { method: 'POST' }));
    this.unloadingAll = false;
  }

  private setPending(id: string, abort: AbortController | null): void {
    const next = new Map(this.pending);
    if (abort) next.set(id, abort);
    else next.delete(id);
    this.pending = next;
  }

  private setFailure(id: string, reason: string | null): void {
    const next = new Map(this.failures);
    if (reason) next.set(id, reason);
    else next.delete(id);
    this.failures = next;
  }
}

export const modelActions = new ModelActions();
