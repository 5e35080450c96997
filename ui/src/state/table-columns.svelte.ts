import { type Column, moveColumn, reconcileOrder } from '../logic/columns.js';
import { stored, type Stored } from './stored.svelte.js';

const isVisibility = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((entry) => typeof entry === 'boolean');

const isOrder = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

/** Which columns of a table are shown, and in which order; both survive the page. */
export class TableColumns {
  private readonly visibility: Stored<Record<string, boolean>>;
  private readonly order: Stored<string[]>;
  readonly all: readonly Column[] = $derived.by(() =>
    reconcileOrder(this.columns, this.order.value),
  );
  readonly visible: readonly Column[] = $derived.by(() =>
    this.all.filter((column) => this.isShown(column.id)),
  );

  /** @param key prefix of the names in local storage */
  constructor(
    private readonly columns: readonly Column[],
    key: string,
  ) {
    this.visibility = stored<Record<string, boolean>>(`${key}columns`, {}, isVisibility);
    this.order = stored<string[]>(`${key}column-order`, [], isOrder);
  }

  isShown(id: string): boolean {
    const column = this.columns.find((entry) => entry.id === id);
    return this.visibility.value[id] ?? column?.shown ?? false;
  }

  toggle(id: string): void {
    this.visibility.value = { ...this.visibility.value, [id]: !this.isShown(id) };
  }

  move(id: string, step: number): void {
    const order = this.all.map((column) => column.id);
    this.order.value = moveColumn(order, id, step);
  }

  reset(): void {
    this.visibility.value = {};
    this.order.value = [];
  }
}
