import { DroverError } from '#lib/foundation';
import { printable } from '#lib/proxy';

/** The kinds of messages of the event stream. */
export const EVENT_TOPICS = [
  'logData',
  'modelStatus',
  'uiConfig',
  'profileChanged',
  'inflight',
  'activity',
] as const;

/** One of {@link EVENT_TOPICS}. */
export type EventTopic = (typeof EVENT_TOPICS)[number];

/** Topics of which only the latest state counts, so that a slow client can be sent it once more. */
export type StateTopic = Exclude<EventTopic, 'logData' | 'activity'>;

/**
 * The topics of `?topics=modelStatus,inflight`; all of them without the parameter.
 *
 * @throws DroverError BAD_REQUEST that lists the topics there are
 */
export function readTopics(
  parameter: string | readonly string[] | undefined,
): ReadonlySet<EventTopic> {
  if (parameter === undefined) return new Set(EVENT_TOPICS);
  const names = [parameter].flat().flatMap((text) => text.split(','));
  const topics = names.map((name) => name.trim()).filter((name) => name !== '');
  const unknown = topics.find((name) => !isTopic(name));
  if (unknown === undefined) return new Set(topics as EventTopic[]);
  const message = `unknown topic "${printable(unknown)}"; there are ${EVENT_TOPICS.join(', ')}`;
  throw new DroverError('BAD_REQUEST', message);
}

function isTopic(name: string): name is EventTopic {
  return (EVENT_TOPICS as readonly string[]).includes(name);
}

/** One message of the stream: JSON in a string inside JSON, as the clients of old expect it. */
export function eventFrame(type: EventTopic, data: unknown): string {
  return `event:message\ndata:${JSON.stringify({ type, data: JSON.stringify(data) })}\n\n`;
}
