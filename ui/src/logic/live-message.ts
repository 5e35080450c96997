import type { InflightChange, LiveMessage, LiveModel } from './live-types.js';

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Decodes one message of `/api/events`: a JSON object with `type` and `data`, where `data` is again
 * a text of JSON. Returns null for anything that is not understood.
 */
export function decodeLiveMessage(text: string): LiveMessage | null {
  const envelope = parse(text);
  if (!isObject(envelope)) return null;
  const data = parse(envelope['data']);
  switch (envelope['type']) {
    case 'modelStatus':
      return Array.isArray(data) ? { type: 'modelStatus', models: data as LiveModel[] } : null;
    case 'logData':
      return logData(data);
    case 'activity':
      return isObject(data) ? { type: 'activity', id: Number(data['id']) } : null;
    case 'inflight':
      return isObject(data)
        ? { type: 'inflight', change: data as unknown as InflightChange }
        : null;
    case 'uiConfig':
      return isObject(data) ? { type: 'uiConfig', sessionHeaders: sessionHeaders(data) } : null;
    case 'profileChanged':
      return isObject(data)
        ? { type: 'profileChanged', active: (data['active'] as string | null) ?? null }
        : null;
    default:
      return null;
  }
}

function logData(data: unknown): LiveMessage | null {
  if (!isObject(data)) return null;
  const { source, data: text } = data;
  if ((source !== 'proxy' && source !== 'upstream') || typeof text !== 'string') return null;
  return { type: 'logData', source, text };
}

function sessionHeaders(data: Json): readonly string[] {
  const activity = data['activity'];
  const headers = isObject(activity) ? activity['session_id'] : undefined;
  return Array.isArray(headers) ? headers.map(String) : ['X-Session-ID', 'X-Litellm-Session-Id'];
}
