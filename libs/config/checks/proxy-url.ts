/** Why a text is no URL at all, by the loose rules of the file format; null when it is one. */
export function urlError(text: string): string | null {
  if (hasControl(text)) return 'has a control character or a line end in it';
  const [withoutFragment, fragment = ''] = splitAt(text, '#');
  if (!hasGoodEscapes(fragment)) return 'has a bad percent escape in its fragment';
  const scheme = schemeOf(withoutFragment);
  if (scheme === null) return 'has no scheme before the colon, such as http://';
  const [rest] = splitAt(withoutFragment.slice(scheme === '' ? 0 : scheme.length + 1), '?');
  if (scheme !== '' && !rest.startsWith('/')) return null;
  if (scheme === '' && !rest.startsWith('/') && splitAt(rest, '/')[0].includes(':')) {
    return 'has no scheme before the colon, such as http://';
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  const authority = hasAuthority ? splitAt(rest.slice(2), '/')[0] : '';
  if (!hasGoodEscapes(rest.slice(hasAuthority ? 2 + authority.length : 0))) {
    return 'has a bad percent escape in its path';
  }
  return authorityError(authority);
}

/** Why a URL that loads cannot work as the address of a server; null when it can. */
export function urlDoubt(text: string): string | null {
  if (text === '') return 'is empty: requests will fail';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return incomplete(text);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return null;
  if (/^[\w.-]+:\d+/.test(text)) return `has no scheme (did you mean http://${text}?)`;
  return `has the scheme ${url.protocol.slice(0, -1)}; only http and https work`;
}

function incomplete(text: string): string {
  const [, authority] = /^https?:\/*([^/?#]*)/i.exec(text) ?? [];
  if (authority === '') return 'has no host: requests will fail';
  if (authority !== undefined) return 'has no host and port that exist (ports end at 65535)';
  return `is no complete address (did you mean http://${text.replace(/^\/+/, '')}?)`;
}

/** Scheme, empty when there is none, null when a colon stands without one before it. */
function schemeOf(text: string): string | null {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text);
  if (match) return match[1]!;
  return text.startsWith(':') ? null : '';
}

function authorityError(authority: string): string | null {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || !hasGoodEscapes(user)) {
    return 'has a character in its user part that is not allowed';
  }
  const host = authority.slice(at + 1);
  return host.startsWith('[') ? bracketHostError(host) : plainHostError(host);
}

function plainHostError(host: string): string | null {
  const colon = host.lastIndexOf(':');
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon))) {
    return `has an invalid port ${JSON.stringify(host.slice(colon))}: only digits are allowed`;
  }
  return hostCharacterError(host);
}

function bracketHostError(host: string): string | null {
  const close = host.lastIndexOf(']');
  if (close < 0) return 'has a "[" without a "]" in its host';
  if (!/^(:\d*)?$/.test(host.slice(close + 1))) {
    return `has an invalid port ${JSON.stringify(host.slice(close + 1))}: only digits are allowed`;
  }
  return hostCharacterError(host.slice(0, close + 1).replace(/%25.*\]$/, ']'));
}

function hostCharacterError(host: string): string | null {
  const isGood = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"]|\P{ASCII}|%25|%[89A-Fa-f][\da-fA-F])*$/u;
  return isGood.test(host) ? null : 'has a character in its host that is not allowed';
}

function hasControl(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function hasGoodEscapes(text: string): boolean {
  return !/%(?![\da-fA-F]{2})/.test(text);
}

/** The part before the first occurrence of a character, and the part after it if there is one. */
function splitAt(text: string, char: string): [before: string, after?: string] {
  const index = text.indexOf(char);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
