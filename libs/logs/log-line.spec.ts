import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LogLevel, parseLogLevel, passesThreshold } from './log-level.js';
import { formatLogLine } from './log-line.js';
import { timeFormatter, toUnixNs, utcZone, ZoneSource } from './log-time-format.js';
import { systemZone } from './system-zone.js';

interface LineCase {
  readonly logTimeFormat: string;
  readonly level: string;
  readonly prefix: string;
  readonly text: string;
  readonly line: string;
}

const fixture = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../test/fixtures/observability/logs/line-format.expect.json'),
    'utf8',
  ),
) as { time: string; cases: LineCase[] };

/** Reads `2026-03-04T05:06:07.089012345Z`, which Date would cut to milliseconds. */
function instant(text: string): bigint {
  const [whole = '', decimals = ''] = text.replace('Z', '').split('.');
  return BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(decimals.padEnd(9, '0'));
}

const pune: ZoneSource = () => ({ offsetMinutes: 330, abbreviation: 'IST' });
const newYork: ZoneSource = () => ({ offsetMinutes: -300, abbreviation: 'EST' });

function stamp(format: string, time: string, zone: ZoneSource): string | undefined {
  return timeFormatter(format)?.(instant(time), zone);
}

describe('log line', () => {
  it.each(fixture.cases)('writes $line', ({ logTimeFormat, level, prefix, text, line }) => {
    const formatter = timeFormatter(logTimeFormat);
    const written = formatLogLine({
      stamp: formatter ? formatter(instant(fixture.time), utcZone) : '',
      prefix,
      level: level.toLowerCase() as LogLevel,
      text,
    });
    expect(written).toBe(line);
  });

  it.each([
    ['rfc3339', '2026-12-31T20:00:00Z', pune, '2027-01-01T01:30:00+05:30'],
    ['rfc3339nano', '2026-01-01T00:00:00Z', newYork, '2025-12-31T19:00:00-05:00'],
    ['rfc3339nano', '2026-01-01T00:00:00.120Z', utcZone, '2026-01-01T00:00:00.12Z'],
    ['unixdate', '2026-01-01T00:00:00Z', newYork, 'Wed Dec 31 19:00:00 EST 2025'],
    ['rfc1123z', '2026-01-11T00:00:00Z', pune, 'Sun, 11 Jan 2026 05:30:00 +0530'],
    ['rfc822', '2005-07-02T12:00:00Z', newYork, '02 Jul 05 07:00 EST'],
    ['kitchen', '2026-01-01T00:05:00Z', utcZone, '12:05AM'],
    ['kitchen', '2026-01-01T12:00:00Z', utcZone, '12:00PM'],
    ['kitchen', '2026-01-01T23:59:59.999Z', utcZone, '11:59PM'],
    ['stampmilli', '2026-01-31T23:59:59.9999Z', utcZone, 'Jan 31 23:59:59.999'],
    ['stampnano', '2026-01-31T23:59:59Z', utcZone, 'Jan 31 23:59:59.000000000'],
  ])('writes %s of %s', (format, time, zone, expected) => {
    expect(stamp(format, time, zone)).toBe(expected);
  });

  it.each([['RFC3339'], [' rfc3339\t'], ['Rfc3339']])('reads the setting %j', (setting) => {
    expect(stamp(setting, '2026-01-01T00:00:00Z', utcZone)).toBe('2026-01-01T00:00:00Z');
  });

  it('keeps a fraction of a millisecond that a clock may have', () => {
    expect(toUnixNs(1_700_000_000_123.25)).toBe(1_700_000_000_123_250_000n);
  });

  it('names the zone of this machine as Date sees it', () => {
    const now = Date.UTC(2026, 6, 1);
    const zone = systemZone(now);
    expect(zone.offsetMinutes).toBe(-new Date(now).getTimezoneOffset());
    expect(zone.abbreviation).toMatch(/^(?:[A-Z]{2,5}|[+-]\d{2}(?:\d{2})?)$/);
  });
});

describe('log level', () => {
  it.each([
    ['debug', 'debug'],
    [' WARN ', 'warn'],
    ['Error', 'error'],
    ['', 'info'],
    ['verbose', 'info'],
  ])('reads %j as %s', (text, level) => {
    expect(parseLogLevel(text)).toBe(level);
  });

  it('lets a threshold pass itself and everything more serious', () => {
    const levels: LogLevel[] = ['debug', 'info', 'warn', 'error'];
    const passing = levels.map(
      (threshold) => levels.filter((level) => passesThreshold(level, threshold)).length,
    );
    expect(passing).toEqual([4, 3, 2, 1]);
  });
});
