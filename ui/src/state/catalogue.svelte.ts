import { api } from '../api/client.js';
import { naturalCompare } from '../logic/natural-order.js';
import { live } from './live.svelte.js';

/** One record of `GET /v1/models`. */
export interface CatalogueRecord {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly capabilities?: Readonly<Record<string, boolean>>;
  readonly context_length?: number;
  readonly meta?: {
    readonly llamaswap?: {
      readonly type?: string;
      readonly aliases?: readonly string[];
      readonly modelID?: string;
      readonly peerID?: string;
      readonly strategy?: string;
      readonly targets?: readonly string[];
      readonly spillover?: number;
    };
  };
}

/** A selector as the Models page shows it. */
export interface SelectorInfo {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly strategy: string;
  readonly targets: readonly string[];
  readonly spillover: number | undefined;
}

/** The model list of the OpenAI API, fetched shortly after each change of a model's state. */
class Catalogue {
  records = $state.raw<readonly CatalogueRecord[]>([]);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private again = false;

  readonly selectors = $derived(
    this.records
      .filter((record) => record.meta?.llamaswap?.type === 'selector')
      .map((record): SelectorInfo => {
        const meta = record.meta!.llamaswap!;
        return {
          id: record.id,
          name: record.name ?? '',
          description: record.description ?? '',
          strategy: meta.strategy ?? '',
          targets: meta.targets ?? [],
          spillover: meta.spillover,
        };
      })
      .toSorted((a, b) => naturalCompare(a.id, b.id)),
  );

  /** Keeps the list current; returns the function that ends it. */
  follow(): () => void {
    return $effect.root(() => {
      $effect(() => {
        void live.models;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.refresh(), 200);
      });
    });
  }

  /** Fetches the list; calls that overlap become one follow-up. */
  async refresh(): Promise<void> {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    try {
      this.records = (await api<{ data: CatalogueRecord[] }>('/v1/models')).data;
    } catch {
      // The list stays; the connection banner tells when the server is gone.
    }
    this.running = false;
    if (this.again) {
      this.again = false;
      await this.refresh();
    }
  }
}

export const catalogue = new Catalogue();
