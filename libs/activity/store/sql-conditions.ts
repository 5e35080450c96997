import { SQLInputValue } from 'node:sqlite';

/** The conditions of a query, joined by AND, with the values of their question marks. */
export class SqlConditions {
  readonly values: SQLInputValue[] = [];
  private readonly parts: string[] = [];

  /** `WHERE …`, or nothing. */
  get where(): string {
    return this.parts.length === 0 ? '' : `WHERE ${this.parts.join(' AND ')}`;
  }

  /** A condition with one question mark; null: none. */
  add(part: string, value: SQLInputValue | null): this {
    if (value === null) return this;
    this.parts.push(part);
    this.values.push(value);
    return this;
  }

  /** One of some values; null: any. */
  oneOf(column: string, values: readonly SQLInputValue[] | null): this {
    if (values === null) return this;
    this.parts.push(`${column} IN (${values.map(() => '?').join(', ')})`);
    this.values.push(...values);
    return this;
  }
}
