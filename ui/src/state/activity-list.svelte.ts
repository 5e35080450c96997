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
  /** Rows that have come in since those on the page were fetched, as far as the filters let them. */
  newRows = $state(0);
  /** Grows when the newest rows are asked for: the view then goes back to its beginning. */
  returns = $state(0);
  readonly filters: Stored<Filters>;
  readonly pageSize: Stored<number>;

  private sequence = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastFetchMs = -Infinity;
  /** True while the rows are being read further down: they stay as they are. */
  private isHeld = false;
  /** Newest row that was on record when the rows of the page were fetched. */
  private seenId = 0;

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

  /**
   * Something was recorded, or the connection is a new one. The newest rows follow at once; a later
   * page, and rows that are being read, stay as they are and count what they do not show.
   */
  activityChanged(): void {
    clearTimeout(this.timer);
    const waitMs = Math.max(0, this.lastFetchMs + REFRESH_MS - performance.now());
    this.timer = setTimeout(
      () => void (this.isFrozen && live.newestActivity > 0 ? this.count() : this.fetch()),
      waitMs,
    );
  }

  /** Keeps the rows as they are while they are being read, and lets them follow again. */
  hold(isHeld: boolean): void {
    if (isHeld === this.isHeld) return;
    this.isHeld = isHeld;
    if (!this.isFrozen && this.newRows > 0) void this.fetch();
  }

  /** Goes to the newest rows. */
  showNewest(): void {
    this.isHeld = false;
    this.returns += 1;
    this.go(1);
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
    const newest = live.newestActivity;
    this.lastFetchMs = performance.now();
    try {
      const result = await api<ActivityPage>(`/api/metrics/activity?${this.query()}`);
      if (sequence !== this.sequence) return;
      this.result = result;
      this.error = null;
      this.newRows = 0;
      this.seenId = result.data.reduce((most, { id }) => Math.max(most, id), newest);
    } catch (error) {
      if (sequence === this.sequence)
        this.error = error instanceof Error ? error.message : 'failed';
    }
  }

  private get isFrozen(): boolean {
    return this.page !== 1 || this.isHeld;
  }

  /** Asks how many rows are newer than what was on record when those on the page were fetched. */
  private async count(): Promise<void> {
    const sequence = ++this.sequence;
    this.lastFetchMs = performance.now();
    const query = this.query();
    const seenId = Math.max(this.seenId, live.activityBefore);
    const from = Math.max(seenId + 1, validBound(this.filters.value.minID) ?? 1);
    query.set('min_id', String(from));
    query.set('page', '1');
    query.set('limit', '1');
    try {
      const { total } = await api<ActivityPage>(`/api/metrics/activity?${query}`);
      if (sequence === this.sequence) this.newRows = total;
    } catch {
      // The rows stay as they are, and so does what is known of newer ones.
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
