const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(Z|[-+]\d{2}:\d{2})?)?$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * RFC 3339 text of a plain date or time (`2024-01-02`, `2024-01-02T03:04:05Z`,
 * `2024-01-02 03:04:05`), or null for anything else, impossible dates included.
 */
export function parseTimestamp(text: string): string | null {
  const match = TIMESTAMP.exec(text);
  if (!match) return null;
  const [, year, month, day, separator, hour = '0', minute = '0', second = '0'] = match;
  const [fraction = '', zone] = [match[8], match[9]];
  // The form with "T" needs a zone, the one with a blank must not have one.
  if (separator === ' ' ? zone !== undefined : separator !== undefined && zone === undefined) {
    return null;
  }
  if (!isDate(Number(year), Number(month), Number(day))) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const date = [year, pad(month!), pad(day!)].join('-');
  const digits = fraction.replace(/0+$/, '');
  const time = [hour, minute, second].map(pad).join(':') + (digits === '' ? '' : `.${digits}`);
  return `${date}T${time}${zone ?? 'Z'}`;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && leap ? 29 : DAYS[month - 1]!);
}

function pad(text: string): string {
  return text.padStart(2, '0');
}
