/** How one flag is declared. */
export interface FlagSpec {
  /** One or more sentences for the usage listing. */
  readonly help: string;
  /** The default as the usage listing shows it; made out of the value when not given. */
  readonly shownDefault?: string;
  /** Word that stands for the value in the usage listing; `string` when not given. */
  readonly placeholder?: string;
}

/** A declared flag; `value` holds the default until `parse` has seen the flag. */
export interface Flag<T> {
  readonly value: T;
  /** Whether the command line named it. */
  readonly given: boolean;
}

/** What came of parsing: the words behind the flags, a request for help, or a mistake. */
export type FlagOutcome =
  | { readonly kind: 'parsed'; readonly rest: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'error'; readonly message: string };

interface Entry {
  readonly name: string;
  readonly spec: FlagSpec;
  readonly isBoolean: boolean;
  readonly shownDefault: string;
  /** Takes the text of the command line; returns what is wrong with it, or null. */
  readonly set: (text: string) => string | null;
}

const BOOLEAN_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

/**
 * Command-line flags with the rules of Go's package `flag`, on which existing scripts and service
 * files rely: `-name` equals `--name`, values come as `-name value` or `-name=value`, a boolean flag
 * takes its value only behind `=`, the last of several counts, and parsing stops at the first word
 * that is no flag and behind `--`.
 */
export class FlagSet {
  private readonly entries = new Map<string, Entry>();

  /** @param title First line of the usage listing. */
  constructor(private readonly title: string) {}

  /** Declares a flag that takes any text. */
  text(name: string, defaultValue: string, spec: FlagSpec): Flag<string> {
    return this.parsed(name, defaultValue, { ...spec, parse: (text) => text });
  }

  /** Declares a flag that takes one of some words. */
  choice<const T extends string>(
    name: string,
    words: readonly [T, ...T[]],
    spec: FlagSpec,
  ): Flag<T> {
    const parse = (text: string): T => {
      const word = words.find((candidate) => candidate === text);
      if (word === undefined) throw new Error(`want ${words.join(' or ')}`);
      return word;
    };
    return this.parsed(name, words[0], { placeholder: words.join('|'), ...spec, parse });
  }

  /** Declares a flag that takes a decimal whole number. */
  integer(name: string, defaultValue: number, spec: FlagSpec): Flag<number> {
    const declared = { placeholder: 'int', ...spec, parse: parseInteger };
    return this.parsed(name, defaultValue, declared);
  }

  /** Declares a flag whose value is read by `parse`; an error it throws becomes the message. */
  parsed<T>(
    name: string,
    defaultValue: T,
    spec: FlagSpec & { readonly parse: (text: string) => T },
  ): Flag<T> {
    const flag = { value: defaultValue, given: false };
    const set = (text: string): string | null => {
      try {
        flag.value = spec.parse(text);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return `invalid value ${JSON.stringify(text)} for flag -${name}: ${reason}`;
      }
      flag.given = true;
      return null;
    };
    const isEmpty = defaultValue === '' || defaultValue === null || defaultValue === undefined;
    const shownDefault = spec.shownDefault ?? (isEmpty ? '' : String(defaultValue));
    this.entries.set(name, { name, spec, isBoolean: false, shownDefault, set });
    return flag;
  }

  /** Declares a boolean flag; it is false by default. */
  boolean(name: string, spec: FlagSpec): Flag<boolean> {
    const flag = { value: false, given: false };
    const set = (text: string): string | null => {
      const value = BOOLEAN_WORDS.get(text);
      if (value === undefined) {
        return `invalid boolean value ${JSON.stringify(text)} for -${name}: parse error`;
      }
      flag.value = value;
      flag.given = true;
      return null;
    };
    this.entries.set(name, { name, spec, isBoolean: true, shownDefault: '', set });
    return flag;
  }

  /** Reads the words behind the program's name. */
  parse(args: readonly string[]): FlagOutcome {
    const words = [...args];
    for (let word = words[0]; word !== undefined; word = words[0]) {
      if (word.length < 2 || !word.startsWith('-')) break;
      words.shift();
      if (word === '--') break;
      const failure = this.take(word, words);
      if (failure) return failure;
    }
    return { kind: 'parsed', rest: words };
  }

  /** The usage listing: title, then every flag in byte order of names. */
  usage(): string {
    const lines = [...this.entries.values()]
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const placeholder = entry.isBoolean ? '' : ` ${entry.spec.placeholder ?? 'string'}`;
        const shown = entry.shownDefault === '' ? '' : ` (default ${entry.shownDefault})`;
        return [`  -${entry.name}${placeholder}`, `    \t${entry.spec.help}${shown}`];
      });
    return [this.title, ...lines, ''].join('\n');
  }

  /** Takes one flag, and its value from `following` where it needs one. */
  private take(word: string, following: string[]): FlagOutcome | null {
    const body = word.slice(word.startsWith('--') ? 2 : 1);
    if (body === '' || body.startsWith('-') || body.startsWith('=')) {
      return { kind: 'error', message: `bad flag syntax: ${word}` };
    }
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    const entry = this.entries.get(name);
    if (!entry) {
      if (name === 'h' || name === 'help') return { kind: 'help' };
      return { kind: 'error', message: `flag provided but not defined: -${name}` };
    }
    const attached = equals < 0 ? undefined : body.slice(equals + 1);
    const text = attached ?? (entry.isBoolean ? 'true' : following.shift());
    if (text === undefined) {
      return { kind: 'error', message: `flag needs an argument: -${name}` };
    }
    const message = entry.set(text);
    return message === null ? null : { kind: 'error', message };
  }
}

function parseInteger(text: string): number {
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new Error('want a whole number');
  return Number(text);
}
