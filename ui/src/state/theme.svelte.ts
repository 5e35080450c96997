import { type PaletteName, PALETTES, themeTokens } from '../logic/themes.js';
import { isOneOf, stored } from './stored.svelte.js';

export type ThemeMode = 'system' | 'light' | 'dark';

const ORDER: readonly ThemeMode[] = ['system', 'light', 'dark'];

/** Palette and colour mode of the page; `system` follows the operating system as it changes. */
class Theme {
  private readonly modeSetting = stored<ThemeMode>('theme-mode', oldMode(), isOneOf(...ORDER));
  private readonly nameSetting = stored<PaletteName>(
    'theme-name',
    'default',
    isOneOf(...Object.keys(PALETTES)),
  );
  private systemDark = $state(false);

  readonly dark = $derived(
    this.modeSetting.value === 'dark' || (this.modeSetting.value === 'system' && this.systemDark),
  );

  get mode(): ThemeMode {
    return this.modeSetting.value;
  }

  set mode(mode: ThemeMode) {
    this.modeSetting.value = mode;
    this.apply();
  }

  get name(): PaletteName {
    return this.nameSetting.value;
  }

  set name(name: PaletteName) {
    this.nameSetting.value = name;
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
    const root = document.documentElement;
    root.classList.toggle('dark', this.dark);
    const tokens = themeTokens(this.name, this.dark ? 'dark' : 'light');
    for (const [name, value] of Object.entries(tokens)) root.style.setProperty(`--${name}`, value);
  }
}

/** An old version kept a single boolean; it is read once and removed. */
function oldMode(): ThemeMode {
  try {
    const old = localStorage.getItem('theme');
    localStorage.removeItem('theme');
    if (old === 'true') return 'dark';
    return old === 'false' ? 'light' : 'system';
  } catch {
    return 'system';
  }
}

export const theme = new Theme();
