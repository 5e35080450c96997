import { api } from '../api/client.js';
import { toasts } from './toasts.svelte.js';
import { live } from './live.svelte.js';

/** A switchable set of renamings. */
export interface Profile {
  readonly id: string;
  readonly description: string;
  readonly pins: Readonly<Record<string, string>>;
}

/** The configured profiles; which one is active is told by the event stream. */
class Profiles {
  list = $state.raw<readonly Profile[]>([]);
  switching = $state(false);

  readonly active = $derived(this.list.find((profile) => profile.id === live.activeProfile));

  async refresh(): Promise<void> {
    try {
      this.list = (await api<{ profiles: Profile[] }>('/api/profiles')).profiles;
    } catch {
      this.list = [];
    }
  }

  /** Switches to a profile, or to none; false when it was refused. */
  async activate(id: string | null): Promise<boolean> {
    this.switching = true;
    const body = JSON.stringify({ name: id });
    const headers = { 'Content-Type': 'application/json' };
    const isDone = await toasts.guard('Switching the profile failed', () =>
      api('/api/profiles/active', { method: 'PUT', headers, body }),
    );
    this.switching = false;
    return isDone;
  }
}

export const profiles = new Profiles();
