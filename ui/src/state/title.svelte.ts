import { isString, stored } from './stored.svelte.js';

const DEFAULT_TITLE = 'Drover';
const MAX_LENGTH = 64;

/** The name of this installation, shown in the menu and in the browser's tab. */
class Title {
  private readonly setting = stored<string>('app-title', DEFAULT_TITLE, isString);

  get value(): string {
    return this.setting.value;
  }

  /** Commits what the user typed: one line, trimmed, at most 64 characters. */
  commit(text: string): void {
    if (text === '') this.setting.value = '(set title)';
    else {
      const clean = text
        .replace(/[\r\n]+/g, ' ')
        .trim()
        .slice(0, MAX_LENGTH);
      this.setting.value = clean || DEFAULT_TITLE;
    }
  }
}

export const title = new Title();
