import { ZoneOffset } from './log-time-format.js';

/** No single locale knows the usual abbreviations of all zones. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-ZA', 'en-IN'];

const abbreviations = new Map<string, string>();

/**
 * The time zone of this machine at an instant (Unix milliseconds). A zone without a known
 * abbreviation is named by its offset, such as `+03`.
 */
export function systemZone(unixMs: number): ZoneOffset {
  const instant = new Date(unixMs);
  const offsetMinutes = -instant.getTimezoneOffset();
  const zone = process.env['TZ'] ?? '';
  const key = `${zone}:${offsetMinutes}`;
  let abbreviation = abbreviations.get(key);
  if (abbreviation === undefined) {
    abbreviation = zoneAbbreviation(instant) ?? numericName(offsetMinutes);
    abbreviations.set(key, abbreviation);
  }
  return { offsetMinutes, abbreviation };
}

function zoneAbbreviation(instant: Date): string | null {
  for (const locale of LOCALES) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(instant);
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{2,5}$/.test(name)) return name;
  }
  return null;
}

function numericName(offsetMinutes: number): string {
  const minutes = Math.abs(offsetMinutes);
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offsetMinutes < 0 ? '-' : '+'}${hours}${rest}`;
}
