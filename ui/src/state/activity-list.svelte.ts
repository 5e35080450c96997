import { api } from '../api/client.js';
import { type ActivityPage, validBound } from '../logic/activity.js';
import { isNumber, stored, type Stored } from './stored.svelte.js';
import { live } from './live.svelte.js';

interface Filters {
  readonly minID: string;
  readonly maxID: string;
}

const isFilters = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Filters).minID === 'string' &&
  typeof (value as Filters).maxID === 'string';

/** Choices of rows per page. */
export const PAGE_SIZES = [10, 25, 50, 100, 250, 500];

const REFRESH_MS = 1000;

/** One view on the finished requests: page, order, filters, and what the server answered last. */
export class ActivityList {
  page = $state(1);
  sort = $state('id');
  order = $state<'asc' | 'desc'>('desc');
  result = $state.raw<ActivityPage | null>(null);
  error = $state<string | null>(null);
  /** True when rows have come in that a later page does not show. */
  hasNew = $state(false);
  readonly filters: Stored<Filters>;
  readonly pageSize: Stored<number>;

  private sequence = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastFetchMs = -Infinity;

  /**
   * @param prefix of the names in local storage
   * @param model restricts the list to one model
   */
  constructor(
    prefix: string,
    readonly model: string | null,
  ) {
    this.filters = stored<Filters>(`${prefix}-filters`, { minID: '', maxID: '' }, isFilters);
    this.pageSize = stored<number>(`${prefix}-page-size`, 25, isNumber);
  }

  get filtered(): boolean {
    return (
      validBound(this.filters.value.minID) !== null || validBound(this.filters.value.maxID) !== null
    );
  }

  /** Follows the event stream; returns the function that ends it. Call within an effect. */
  activityChanged(): void {
    void live.activityRevision;
    if (this.page !== 1) {
      this.hasNew = true;
      return;
    }
    clearTimeout(this.timer);
    const waitMs = Math.max(0, this.lastFetchMs + REFRESH_MS - performance.now());
    this.timer = setTimeout(() => void this.fetch(), waitMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  sortBy(id: string): void {
    if (this.sort === id) this.order = this.order === 'asc' ? 'desc' : 'asc';
    else {
      this.sort = id;
      this.order = 'asc';
    }
    this.go(1);
  }

  go(page: number): void {
    this.page = page;
    clearTimeout(this.timer);
    void this.fetch();
  }

  async fetch(): Promise<void> {
    const sequence = ++this.sequence;
    this.lastFetchMs = performance.now();
    try {
      const result = await api<ActivityPage>(`/api/metrics/activity?${this.query()}`);
      if (sequence !== this.sequence) return;
      this.result = result;
      this.error = null;
      if (this.page === 1) this.hasNew = false;
    } catch (error) {
      if (sequence === this.sequence)
        this.error = error instanceof Error ? error.message : 'failed';
    }
  }

  private query(): URLSearchParams {
    const query = new URLSearchParams({
      page: String(this.page),
      limit: String(this.pageSize.value),
      sort: this.sort,
      order: this.order,
    });
    if (this.model !== null) query.set('model', this.model);
    const min = validBound(this.filters.value.minID);
    const max = validBound(this.filters.value.maxID);
    if (min !== null) query.set('min_id', String(min));
    if (max !== null) query.set('max_id', String(max));
    return query;
  }
}
