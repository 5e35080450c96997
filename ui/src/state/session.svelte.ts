import { access, BASE_PATH, isLoginPage, PROBE_PATH } from '../api/access.js';
import { readError } from '../api/client.js';

/** Whether this tab may talk to Drover. */
export type SessionState = 'checking' | 'open' | 'asking';

/** The key of this tab: asked for on the login page, and wherever Drover no longer takes it. */
class Session {
  state = $state<SessionState>(isLoginPage() && access.key === null ? 'checking' : 'open');
  /** Why the form is shown again; empty at first. */
  problem = $state('');
  busy = $state(false);
  /** True while a key was typed in here, so that signing out means something. */
  hasKey = $state(access.key !== null);

  /** Finds out whether a key is needed at all. */
  async start(): Promise<void> {
    access.refused = () => this.refused();
    if (this.state !== 'checking') return;
    try {
      const { status } = await access.probe(PROBE_PATH);
      if (status === 401) this.state = 'asking';
      else location.replace(`${BASE_PATH}/ui/${location.hash}`);
    } catch {
      this.state = 'open';
    }
  }

  /** Tries a key; the form says why when it does not open. */
  async signIn(key: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = await this.attempt(key);
    this.busy = false;
    if (this.problem) return;
    this.hasKey = true;
    this.state = 'open';
  }

  /** Forgets the key, and with a fresh page everything that it has let in. */
  signOut(): void {
    access.forget();
    location.reload();
  }

  private async attempt(key: string): Promise<string> {
    if (!/^[\x21-\x7e]+$/.test(key)) return 'A key has letters, digits and signs only, no blanks.';
    try {
      const response = await access.tryKey(key, PROBE_PATH);
      if (response.ok || response.status === 403) return '';
      if (response.status === 401) return 'This key is not valid here.';
      return (await readError(response)).message;
    } catch {
      return 'Drover does not answer. Try again in a moment.';
    }
  }

  private refused(): void {
    if (this.state === 'open') this.problem = this.hasKey ? 'Your key is no longer accepted.' : '';
    this.hasKey = false;
    access.forget();
    this.state = 'asking';
  }
}

export const session = new Session();
