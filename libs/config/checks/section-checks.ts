import { isIP } from 'node:net';
import { RE2JS } from 're2js';
import { PERFORMANCE_EVERY_MIN_MS } from '../options/section.options.js';
import { CheckContext } from './check-context.js';
import { checkGateway } from './gateway-checks.js';

const PROBE_EVERY_MIN_MS = 1000;
const TELEMETRY_EVERY_MIN_MS = 1000;
const PROBE_TIMEOUT_MIN_MS = 100;
const LEVELS = new Set(['debug', 'info', 'warn', 'error']);
const TIME_FORMATS = new Set(
  (
    'ansic unixdate rubydate rfc822 rfc822z rfc850 rfc1123 rfc1123z rfc3339 rfc3339nano ' +
    'kitchen stamp stampmilli stampmicro stampnano'
  ).split(' '),
);

/** The small blocks and the single values at the top level. */
export function checkSections(context: CheckContext): void {
  checkPerformance(context);
  checkPeering(context);
  checkTelemetry(context);
  checkIgnorePaths(context);
  checkTrustedProxies(context);
  checkOrigins(context);
  checkGateway(context);
  checkLogWords(context);
}

function checkPerformance(context: CheckContext): void {
  const { every } = context.options.performance;
  if (every === 0 || every >= PERFORMANCE_EVERY_MIN_MS) return;
  const words = `must be at least 5s, got ${every / 1000}s; 0s means 5s`;
  context.error(['performance', 'every'], words);
}

function checkPeering(context: CheckContext): void {
  const { probeEvery, probeTimeout } = context.options.peering;
  if (probeEvery !== 0 && probeEvery < PROBE_EVERY_MIN_MS) {
    const path = ['peering', 'probeEvery'];
    context.error(path, `must be at least 1s (or 0s for no probes), is ${probeEvery}ms`);
  }
  if (probeTimeout < PROBE_TIMEOUT_MIN_MS) {
    context.error(['peering', 'probeTimeout'], `must be at least 100ms, is ${probeTimeout}ms`);
  }
}

function checkTelemetry(context: CheckContext): void {
  const { metrics, telemetry } = context.options;
  const { endpoint, every } = telemetry;
  const isHttp = URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol);
  if (endpoint !== '' && !isHttp) {
    const message = 'must be a URL such as http://localhost:4318, or empty';
    context.error(['telemetry', 'endpoint'], message);
  }
  if (every < TELEMETRY_EVERY_MIN_MS) {
    context.error(['telemetry', 'every'], `must be at least 1s, is ${every}ms`);
  }
  if (metrics.auth === 'token' && metrics.token === '') {
    context.error(['metrics', 'token'], 'must be set for auth: token');
  }
}

function checkIgnorePaths(context: CheckContext): void {
  context.options.upstream.ignorePaths.forEach((expression, index) => {
    try {
      RE2JS.compile(expression);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `${expression} is no valid RE2 expression: ${reason}`;
      context.error(['upstream', 'ignorePaths', index], message);
    }
  });
}

function checkTrustedProxies(context: CheckContext): void {
  context.options.trustedProxies.forEach((network, index) => {
    const [address = '', bits, ...more] = network.split('/');
    const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    const isWhole = bits === undefined || /^\d{1,3}$/.test(bits);
    if (longest > 0 && isWhole && Number(bits ?? 0) <= longest && more.length === 0) return;
    const message = `"${network}" is no network; write 10.0.0.0/8, fd00::/8 or a single address`;
    context.error(['trustedProxies', index], message);
  });
}

function checkOrigins(context: CheckContext): void {
  context.options.cors.origins.forEach((origin, index) => {
    if (origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin.toLowerCase()))
      return;
    const message = `"${origin}" is no origin; write https://app.example, with the port if it has one, or *`;
    context.error(['cors', 'origins', index], message);
  });
}

function checkLogWords(context: CheckContext): void {
  const { logLevel, logTimeFormat, healthCheckTimeout } = context.options;
  if (!LEVELS.has(logLevel.trim().toLowerCase())) {
    const message = `"${logLevel}" counts as info; known are ${[...LEVELS].join(', ')}`;
    context.warn(['logLevel'], message);
  }
  const format = logTimeFormat.trim().toLowerCase();
  if (format !== '' && !TIME_FORMATS.has(format)) {
    const message = `"${logTimeFormat}" means no time; known are ${[...TIME_FORMATS].join(', ')}`;
    context.warn(['logTimeFormat'], message);
  }
  if (healthCheckTimeout < 15) {
    context.warn(['healthCheckTimeout'], `is ${healthCheckTimeout} and counts as 15, the least`);
  }
}
