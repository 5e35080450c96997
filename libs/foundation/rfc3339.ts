const PATTERN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Reads an RFC 3339 time stamp. Returns Unix milliseconds, with fractions of a millisecond where the
 * text has them, or null when the text is none (a date alone, a missing zone, 30 February).
 */
export function parseRfc3339(text: string): number | null {
  const match = PATTERN.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Fields;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const wholeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const isRealDay = new Date(wholeMs).getUTCDate() === day && month >= 1 && month <= 12;
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (!isRealDay || offsetHours > 24 || offsetMinutes > 60) return null;
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000;
  const fractionMs = match[7] ? Number(`0${match[7]}`) * 1000 : 0;
  return wholeMs + fractionMs - (match[8] === '-' ? -offsetMs : offsetMs);
}

type Fields = [number, number, number, number, number, number];

/** A wall-clock time as RFC 3339 in UTC with milliseconds, trailing zeros left out. */
export function formatRfc3339(wallMs: number): string {
  const [whole, fraction] = new Date(wallMs).toISOString().slice(0, -1).split('.');
  const digits = fraction!.replace(/0+$/, '');
  return digits === '' ? `${whole}Z` : `${whole}.${digits}Z`;
}

/** A wall-clock time as RFC 3339 in whole seconds with the zone of this machine. */
export function formatRfc3339Local(wallMs: number): string {
  const offsetMinutes = -new Date(wallMs).getTimezoneOffset();
  const shifted = new Date(Math.floor(wallMs / 1000) * 1000 + offsetMinutes * 60_000);
  const text = shifted.toISOString().slice(0, 19);
  if (offsetMinutes === 0) return `${text}Z`;
  const sign = offsetMinutes < 0 ? '-' : '+';
  const size = Math.abs(offsetMinutes);
  return `${text}${sign}${twoDigits(size / 60)}:${twoDigits(size % 60)}`;
}

function twoDigits(value: number): string {
  return String(Math.trunc(value)).padStart(2, '0');
}
