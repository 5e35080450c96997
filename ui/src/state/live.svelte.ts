import { access } from '../api/access.js';
import { api, readError } from '../api/client.js';
import { applyInflight, type TrackedRequest } from '../logic/inflight.js';
import { type ConnectionState, LiveConnection } from '../logic/live-connection.js';
import { decodeLiveMessage } from '../logic/live-message.js';
import type { LiveMessage, LiveModel } from '../logic/live-types.js';
import { naturalCompare } from '../logic/natural-order.js';
import { LogSource } from './log-source.svelte.js';

/** Version of the server. */
export interface VersionInfo {
  readonly version: string;
  readonly commit: string;
  readonly build_date: string;
}

const UNKNOWN_VERSION: VersionInfo = {
  version: 'unknown',
  commit: 'unknown',
  build_date: 'unknown',
};

/**
 * What the event stream tells, for all pages. After a reconnect the last data stays on the page,
 * marked stale, until the first frames of the new connection replace it.
 */
class Live {
  connection = $state<ConnectionState>('connecting');
  /** True while what is shown dates from a connection that has ended. */
  stale = $state(false);
  /** True once the first list of models has arrived. */
  loaded = $state(false);
  models = $state.raw<readonly LiveModel[]>([]);
  inflight = $state.raw<readonly TrackedRequest[]>([]);
  sessionHeaders = $state.raw<readonly string[]>(['X-Session-ID', 'X-Litellm-Session-Id']);
  activeProfile = $state<string | null>(null);
  /** What Drover and what the models' servers have written last. */
  readonly logs = { proxy: new LogSource(), upstream: new LogSource() };
  /** Grows with each new activity row and each reconnect: tables fetch again. */
  activityRevision = $state(0);
  /** Newest row that this connection has told of; 0 before the first one. */
  newestActivity = 0;
  /** Newest row that was there before this connection told of any; 0 when it is not known. */
  activityBefore = 0;
  /** Why this key may not follow what happens; empty when it may. */
  denied = $state('');
  /** Whether samples of the machine are taken; taken to be so until the server denies it. */
  isMonitoring = $state(true);
  version = $state.raw<VersionInfo>(UNKNOWN_VERSION);

  private freshLogs = new Set<string>();
  private paused = false;

  private readonly stream = new LiveConnection(
    '/api/events',
    {
      fetch: (url, init) => access.fetch(url, init),
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    },
    {
      state: (state) => this.connectionChanged(state),
      opened: () => this.opened(),
      denied: (response) => void this.refuse(response),
      message: (data) => this.receive(data),
    },
  );

  readonly local = $derived(this.models.filter((model) => !model.peerID));
  readonly peers = $derived(this.models.filter((model) => model.peerID));

  /** Opens the stream and reconnects at once when the network or the tab comes back. */
  start(): void {
    this.stream.connect();
    addEventListener('online', () => this.reconnect());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.reconnect();
    });
  }

  /** Rests while nobody is signed in. */
  pause(): void {
    this.paused = true;
    this.stream.pause();
  }

  /** Goes on at once. */
  resume(): void {
    this.paused = false;
    this.stream.connect();
  }

  private reconnect(): void {
    if (!this.paused) this.stream.connect();
  }

  model(id: string): LiveModel | undefined {
    return (
      this.models.find((model) => model.id === id) ??
      this.models.find((model) => model.aliases?.includes(id))
    );
  }

  private connectionChanged(state: ConnectionState): void {
    this.connection = state;
    if (state === 'disconnected') this.stale = true;
  }

  private async refuse(response: Response): Promise<void> {
    this.denied = response.status === 403 ? (await readError(response)).message : '';
  }

  private opened(): void {
    this.denied = '';
    this.newestActivity = 0;
    this.activityBefore = 0;
    this.freshLogs = new Set(['proxy', 'upstream']);
    this.activityRevision += 1;
    void this.lookForMonitoring();
    void api<VersionInfo>('/api/version').then(
      (version) => (this.version = version),
      () => (this.version = UNKNOWN_VERSION),
    );
  }

  /** Asks for samples that cannot be there yet, so that the answer is nothing but the flag. */
  private async lookForMonitoring(): Promise<void> {
    const after = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
    try {
      const response = await access.fetch(`/api/performance?after=${after}`);
      if (response.ok) this.isMonitoring = true;
      else if (response.status === 503) this.isMonitoring = false;
    } catch {
      // As it was.
    }
  }

  private receive(data: string): void {
    const message = decodeLiveMessage(data);
    if (message) this.apply(message);
  }

  private apply(message: LiveMessage): void {
    switch (message.type) {
      case 'modelStatus':
        this.models = [...message.models].toSorted((a, b) =>
          naturalCompare(a.name + a.id, b.name + b.id),
        );
        this.stale = false;
        this.loaded = true;
        break;
      case 'logData':
        this.log(message.source, message.text);
        break;
      case 'activity':
        if (this.newestActivity === 0) this.activityBefore = message.id - 1;
        this.newestActivity = message.id;
        this.activityRevision += 1;
        break;
      case 'inflight':
        this.inflight = applyInflight(this.inflight, message.change, performance.now());
        break;
      case 'uiConfig':
        this.sessionHeaders = message.sessionHeaders;
        break;
      case 'profileChanged':
        this.activeProfile = message.active;
        break;
    }
  }

  /** The first piece of a connection is the history, which holds what was shown before. */
  private log(source: 'proxy' | 'upstream', text: string): void {
    if (this.freshLogs.delete(source)) this.logs[source].reset();
    this.logs[source].append(text);
  }
}

export const live = new Live();
