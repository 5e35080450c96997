import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';

/** The kinds of live events. */
export const LIVE_EVENT_TYPES = [
  'modelStatus',
  'profileChanged',
  'inflight',
  'activity',
  'queue',
  'perf',
  'llama-metrics',
  'load-progress',
  'alert',
] as const;

/** One of {@link LIVE_EVENT_TYPES}. */
export type LiveEventType = (typeof LIVE_EVENT_TYPES)[number];

/** Something that has happened. */
export interface LiveEvent {
  /** Grows by one. */
  readonly number: number;
  readonly type: LiveEventType;
  readonly data: unknown;
}

/** Takes what happens. */
export type LiveEventListener = (type: LiveEventType, data: unknown) => void;

/** Something that live events come from. */
export interface LiveEventSource {
  /** Tells `listener` of what happens from now on; the result ends that. */
  listen(listener: LiveEventListener): () => void;
}

/**
 * The types of `?types=perf,alert`; all of them without the parameter.
 *
 * @throws DroverError BAD_REQUEST that lists the types there are
 */
export function readTypes(
  parameter: string | readonly string[] | undefined,
): ReadonlySet<LiveEventType> {
  if (parameter === undefined) return new Set(LIVE_EVENT_TYPES);
  const names = [parameter].flat().flatMap((text) => text.split(','));
  const types = new Set<LiveEventType>();
  for (const name of names.map((text) => text.trim()).filter((text) => text !== '')) {
    const type = LIVE_EVENT_TYPES.find((one) => one === name);
    if (type === undefined) {
      const message = `unknown type "${printable(name)}"; there are ${LIVE_EVENT_TYPES.join(', ')}`;
      throw new DroverError('BAD_REQUEST', message);
    }
    types.add(type);
  }
  return types;
}

/** An event in the format of server-sent events (WHATWG HTML, 9.2.6). */
export function liveEventFrame(
  id: string,
  { type, data }: Pick<LiveEvent, 'type' | 'data'>,
): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
