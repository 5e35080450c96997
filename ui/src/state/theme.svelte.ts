import { isOneOf, stored } from './stored.svelte.js';

export type ThemeMode = 'system' | 'light' | 'dark';

const ORDER: readonly ThemeMode[] = ['system', 'light', 'dark'];

/** Colour mode of the page; `system` follows the operating system as it changes. */
class Theme {
  private readonly setting = stored<ThemeMode>('theme-mode', 'system', isOneOf(...ORDER));
  private systemDark = $state(false);

  readonly dark = $derived(
    this.setting.value === 'dark' || (this.setting.value === 'system' && this.systemDark),
  );

  get mode(): ThemeMode {
    return this.setting.value;
  }

  set mode(mode: ThemeMode) {
    this.setting.value = mode;
    this.apply();
  }

  start(): void {
    const query = matchMedia('(prefers-color-scheme: dark)');
    this.systemDark = query.matches;
    query.addEventListener('change', (event) => {
      this.systemDark = event.matches;
      this.apply();
    });
    this.apply();
  }

  cycle(): void {
    this.mode = ORDER[(ORDER.indexOf(this.mode) + 1) % ORDER.length]!;
  }

  private apply(): void {
    document.documentElement.classList.toggle('dark', this.dark);
  }
}

export const theme = new Theme();
