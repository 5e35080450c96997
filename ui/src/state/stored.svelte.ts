/** A setting that survives the page: kept in local storage as JSON under the reference's key. */
export interface Stored<T> {
  value: T;
}

/**
 * Makes a reactive setting.
 *
 * @param key name in local storage
 * @param fallback value when nothing, or nothing valid, is stored
 * @param valid tells whether what is stored is usable; every stored value is checked
 */
export function stored<T>(key: string, fallback: T, valid: (value: unknown) => boolean): Stored<T> {
  let current = $state<T>(read(key, fallback, valid));
  return {
    get value() {
      return current;
    },
    set value(next: T) {
      current = next;
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Storage full or forbidden: the setting still holds for this page.
      }
    },
  };
}

function read<T>(key: string, fallback: T, valid: (value: unknown) => boolean): T {
  try {
    const text = localStorage.getItem(key);
    if (text === null) return fallback;
    const value: unknown = JSON.parse(text);
    return valid(value) ? (value as T) : fallback;
  } catch {
    return fallback;
  }
}

export const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
export const isString = (value: unknown): boolean => typeof value === 'string';
export const isNumber = (value: unknown): boolean => typeof value === 'number';

/** Accepts one of the given values. */
export function isOneOf(...allowed: readonly unknown[]): (value: unknown) => boolean {
  return (value) => allowed.includes(value);
}
