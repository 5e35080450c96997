const HIDDEN = '[REDACTED]';

const VALUE = String.raw`("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+)`;

/** `API_KEY=VALUE`, with or without quotes. */
const VARIABLE = new RegExp(String.raw`(?<![\w-])([A-Za-z_]\w*)(=)${VALUE}`, 'g');

/** `--api-key VALUE` and `--api-key=VALUE`. */
const OPTION = new RegExp(String.raw`(?<![\w-])(--?[A-Za-z][\w.-]*)(=|\s+(?!-))${VALUE}`, 'g');

const SECRET_WORDS = new Set([
  'apikey',
  'auth',
  'credential',
  'credentials',
  'hft',
  'key',
  'pass',
  'passwd',
  'password',
  'secret',
  'token',
]);

/** Last words of options that name where a secret is, or something about it. */
const ABOUT_WORDS = new Set(['file', 'path', 'dir', 'url', 'name', 'id', 'type', 'header']);

/** User and password in an address (RFC 3986, 3.2.1). */
const USER_INFO = /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+(?=@)/gi;

/**
 * A command line for people: without the values of options and variables whose names say that they
 * are secret, and without users and passwords in addresses.
 */
export function redactCommand(command: string): string {
  return command
    .replaceAll(USER_INFO, HIDDEN)
    .replaceAll(VARIABLE, hideSecret)
    .replaceAll(OPTION, hideSecret);
}

function hideSecret(whole: string, name: string, between: string): string {
  return isSecret(name) ? name + between + HIDDEN : whole;
}

function isSecret(name: string): boolean {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_.]+/)
    .filter((word) => word !== '');
  return words.some((word) => SECRET_WORDS.has(word)) && !ABOUT_WORDS.has(words.at(-1) ?? '');
}
