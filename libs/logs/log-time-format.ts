/** The local time zone at some instant. */
export interface ZoneOffset {
  /** Minutes that local time is ahead of UTC. */
  readonly offsetMinutes: number;
  /** Such as `UTC` or `CET`. */
  readonly abbreviation: string;
}

/** Tells the zone that is valid at an instant (Unix milliseconds). */
export type ZoneSource = (unixMs: number) => ZoneOffset;

/** UTC all year round. */
export const utcZone: ZoneSource = () => ({ offsetMinutes: 0, abbreviation: 'UTC' });

/** Writes an instant (Unix nanoseconds) in one layout. */
export type TimeFormatter = (unixNs: bigint, zone: ZoneSource) => string;

interface Parts {
  readonly local: Date;
  readonly nanos: number;
  readonly zone: ZoneOffset;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const NANOS_PER_MS = 1_000_000n;

const two = (value: number): string => String(value).padStart(2, '0');
const blank = (value: number): string => String(value).padStart(2, ' ');

const weekday = ({ local }: Parts): string => DAYS[local.getUTCDay()] ?? '';
const day3 = (parts: Parts): string => weekday(parts).slice(0, 3);
const month = ({ local }: Parts): string => MONTHS[local.getUTCMonth()] ?? '';
const day = ({ local }: Parts): number => local.getUTCDate();
const year = ({ local }: Parts): string => String(local.getUTCFullYear()).padStart(4, '0');
const year2 = (parts: Parts): string => year(parts).slice(-2);
const hourMinute = ({ local }: Parts): string =>
  `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
const clock = (parts: Parts): string => `${hourMinute(parts)}:${two(parts.local.getUTCSeconds())}`;
const name = ({ zone }: Parts): string => zone.abbreviation;
const fraction = ({ nanos }: Parts, digits: number): string =>
  String(nanos).padStart(9, '0').slice(0, digits);

function offset({ zone }: Parts, separator: string): string {
  const minutes = Math.abs(zone.offsetMinutes);
  const sign = zone.offsetMinutes < 0 ? '-' : '+';
  return `${sign}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}

function isoTime(parts: Parts, decimals: string): string {
  const date = `${year(parts)}-${two(parts.local.getUTCMonth() + 1)}-${two(day(parts))}`;
  const suffix = parts.zone.offsetMinutes === 0 ? 'Z' : offset(parts, ':');
  return `${date}T${clock(parts)}${decimals}${suffix}`;
}

function isoNano(parts: Parts): string {
  const digits = fraction(parts, 9).replace(/0+$/, '');
  return isoTime(parts, digits === '' ? '' : `.${digits}`);
}

function kitchen(parts: Parts): string {
  const hours = parts.local.getUTCHours();
  const suffix = hours < 12 ? 'AM' : 'PM';
  return `${hours % 12 || 12}:${two(parts.local.getUTCMinutes())}${suffix}`;
}

const stamp = (p: Parts): string => `${month(p)} ${blank(day(p))} ${clock(p)}`;
const long = (p: Parts): string => `${day3(p)}, ${two(day(p))} ${month(p)} ${year(p)} ${clock(p)}`;
const short = (p: Parts): string => `${two(day(p))} ${month(p)} ${year2(p)} ${hourMinute(p)}`;

/** The layouts of the same names in Go's package `time`. */
const LAYOUTS: ReadonlyMap<string, (parts: Parts) => string> = new Map([
  ['ansic', (p) => `${day3(p)} ${stamp(p)} ${year(p)}`],
  ['unixdate', (p) => `${day3(p)} ${stamp(p)} ${name(p)} ${year(p)}`],
  [
    'rubydate',
    (p) => `${day3(p)} ${month(p)} ${two(day(p))} ${clock(p)} ${offset(p, '')} ${year(p)}`,
  ],
  ['rfc822', (p) => `${short(p)} ${name(p)}`],
  ['rfc822z', (p) => `${short(p)} ${offset(p, '')}`],
  ['rfc850', (p) => `${weekday(p)}, ${two(day(p))}-${month(p)}-${year2(p)} ${clock(p)} ${name(p)}`],
  ['rfc1123', (p) => `${long(p)} ${name(p)}`],
  ['rfc1123z', (p) => `${long(p)} ${offset(p, '')}`],
  ['rfc3339', (p) => isoTime(p, '')],
  ['rfc3339nano', isoNano],
  ['kitchen', kitchen],
  ['stamp', stamp],
  ['stampmilli', (p) => `${stamp(p)}.${fraction(p, 3)}`],
  ['stampmicro', (p) => `${stamp(p)}.${fraction(p, 6)}`],
  ['stampnano', (p) => `${stamp(p)}.${fraction(p, 9)}`],
]);

/**
 * The formatter for a setting of `logTimeFormat`: any case, outer blanks ignored. Null, and so no
 * time stamp, for the empty text and anything unknown.
 */
export function timeFormatter(setting: string): TimeFormatter | null {
  const layout = LAYOUTS.get(setting.trim().toLowerCase());
  if (!layout) return null;
  return (unixNs, zoneAt) => {
    const unixMs = Number(unixNs / NANOS_PER_MS);
    const zone = zoneAt(unixMs);
    const local = new Date(unixMs + zone.offsetMinutes * 60_000);
    return layout({ local, nanos: Number(unixNs % (NANOS_PER_MS * 1000n)), zone });
  };
}

/** Unix milliseconds, with whatever fraction the clock has, as nanoseconds. */
export function toUnixNs(wallMs: number): bigint {
  const whole = Math.floor(wallMs);
  return BigInt(whole) * NANOS_PER_MS + BigInt(Math.floor((wallMs - whole) * 1e6));
}
