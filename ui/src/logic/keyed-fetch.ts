/** Where the key is kept; `sessionStorage`, so that it ends with the tab. */
export type KeyStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Name of the key in {@link KeyStorage}. */
export const KEY_NAME = 'drover-api-key';

/**
 * Calls Drover with the API key of this tab. Without a key the browser's own credentials go along,
 * which answer its Basic prompt; with one they stay out, so that a refusal raises no prompt.
 */
export class KeyedFetch {
  /** Called when Drover has refused the credentials in use. */
  refused: () => void = () => undefined;
  private current: string | null;
  private prompts: boolean;

  /**
   * @param mayPrompt whether the browser may ask for credentials by itself, until it was refused
   */
  constructor(
    private readonly storage: KeyStorage,
    private readonly send: (url: string, init?: RequestInit) => Promise<Response>,
    mayPrompt: boolean,
  ) {
    this.current = readKey(storage);
    this.prompts = mayPrompt;
  }

  /** The key in use, null without one. */
  get key(): string | null {
    return this.current;
  }

  /** As `fetch`, with the credentials in use. */
  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const used = this.current;
    const response = await this.send(url, this.withKey(used, init));
    // A refusal of a key that was replaced meanwhile says nothing about its successor.
    if (response.status === 401 && used === this.current) {
      this.prompts = false;
      this.refused();
    }
    return response;
  };

  /**
   * Tries a key and keeps it unless it is refused.
   *
   * @param key what the user has typed
   * @param probe path that needs a key
   * @returns the answer to the probe; a status of 401 means that the key was refused
   */
  async tryKey(key: string, probe: string): Promise<Response> {
    const response = await this.send(probe, this.withKey(key, {}));
    if (response.ok || response.status === 403) this.keep(key);
    return response;
  }

  /** Asks without any key and without raising the browser's prompt. */
  probe(path: string): Promise<Response> {
    return this.send(path, { credentials: 'omit' });
  }

  /** Forgets the key. */
  forget(): void {
    this.current = null;
    try {
      this.storage.removeItem(KEY_NAME);
    } catch {
      // Forbidden storage holds nothing that could be removed.
    }
  }

  private keep(key: string): void {
    this.current = key;
    try {
      this.storage.setItem(KEY_NAME, key);
    } catch {
      // Storage full or forbidden: the key still holds until the page is left.
    }
  }

  private withKey(key: string | null, init: RequestInit): RequestInit {
    if (key === null) return this.prompts ? init : { ...init, credentials: 'omit' };
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${key}`);
    return { ...init, headers, credentials: 'omit' };
  }
}

function readKey(storage: KeyStorage): string | null {
  try {
    return storage.getItem(KEY_NAME);
  } catch {
    return null;
  }
}
