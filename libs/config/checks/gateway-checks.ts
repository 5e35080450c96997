import { CheckContext } from './check-context.js';

/** Segments of characters that need no escape in a path (RFC 3986, 3.3). */
const BASE_PATH = /^(?:\/[\w.~-]+)+\/?$/;

/** Longest time that timers take, milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

const DURATIONS = [
  ['limits', 'headersTimeout'],
  ['limits', 'keepAliveTimeout'],
  ['shutdown', 'preStopDelay'],
  ['shutdown', 'drainTimeout'],
] as const;

/** What stands between Drover and its gateway: limits, paths, addresses, certificates. */
export function checkGateway(context: CheckContext): void {
  const { limits, basePath, management, tls } = context.options;
  for (const [block, key] of DURATIONS) {
    const value = (context.options[block] as unknown as Readonly<Record<string, number>>)[key]!;
    if (value < 0 || value > LONGEST_MS) {
      context.error([block, key], 'must be at least 0s and at most 596h');
    }
  }
  for (const key of ['checkInterval', 'bodyWindow'] as const) {
    if (limits[key] < 100 || limits[key] > LONGEST_MS) {
      context.error(['limits', key], 'must be at least 100ms and at most 596h');
    }
  }
  if (basePath !== '' && !isBasePath(basePath)) {
    const message = `"${basePath}" is no base path; write it as /ai or /team/ai`;
    context.error(['basePath'], message);
  }
  if (management.listen !== '' && !/^(?:\[[^\]]*\]|[^:[\]]*):\d{1,5}$/.test(management.listen)) {
    const message = `"${management.listen}" is no address; write host:port, such as 127.0.0.1:9090`;
    context.error(['management', 'listen'], message);
  }
  if (tls.clientSubjects.length > 0 && tls.clientCa === '') {
    context.error(['tls', 'clientSubjects'], 'needs tls.clientCa, which says whose names they are');
  }
}

function isBasePath(path: string): boolean {
  return BASE_PATH.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
}
