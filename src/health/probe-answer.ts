import { ProbeView } from './health.board.js';

/** A probe's answer over HTTP. */
export interface ProbeAnswer {
  /** 200, or 503 when something has failed. */
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
}

/**
 * One word of text, `ok`, `degraded` or `failed` with the reasons, or with `?verbose` each check as
 * JSON. What is degraded answers 200: taking this Drover out would help nobody.
 */
export function probeAnswer(view: ProbeView, url: string): ProbeAnswer {
  const status = view.status === 'failed' ? 503 : 200;
  if (isVerbose(url)) {
    return { status, contentType: 'application/json', body: `${JSON.stringify(view)}\n` };
  }
  const reasons = Object.entries(view.checks)
    .filter(([, { reason }]) => reason !== undefined)
    .map(([name, { reason }]) => `\n${name}: ${reason}`);
  const body = `${view.status}${reasons.join('')}\n`;
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

function isVerbose(url: string): boolean {
  const at = url.indexOf('?');
  const value = at < 0 ? null : new URLSearchParams(url.slice(at + 1)).get('verbose');
  return value !== null && value !== 'false' && value !== '0';
}
