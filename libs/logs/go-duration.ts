const NANOS_PER_SECOND = 1_000_000_000;

/**
 * Writes a duration as Go's `time.Duration` prints it: `1.534ms`, `2.5s`, `1m23.25s`, `0s`.
 *
 * @param nanos Nanoseconds, not negative; a fraction is dropped.
 */
export function formatGoDuration(nanos: number): string {
  const whole = Math.floor(nanos);
  if (whole === 0) return '0s';
  if (whole < 1_000) return `${whole}ns`;
  if (whole < 1_000_000) return `${decimal(whole, 1_000)}µs`;
  if (whole < NANOS_PER_SECOND) return `${decimal(whole, 1_000_000)}ms`;
  const minutes = Math.floor(whole / (60 * NANOS_PER_SECOND));
  const seconds = `${decimal(whole % (60 * NANOS_PER_SECOND), NANOS_PER_SECOND)}s`;
  if (minutes === 0) return seconds;
  if (minutes < 60) return `${minutes}m${seconds}`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}

/** `value / unit` without rounding and without zeros at the end; `unit` is a power of ten. */
function decimal(value: number, unit: number): string {
  const whole = String(Math.floor(value / unit));
  let rest = value % unit;
  if (rest === 0) return whole;
  let zeros = '';
  for (let step = unit / 10; rest < step; step /= 10) zeros += '0';
  while (rest % 10 === 0) rest /= 10;
  return `${whole}.${zeros}${rest}`;
}
