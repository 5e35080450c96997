/** What is told of a wait. */
export interface LoadingState {
  readonly model: string;
  /** 1-based place in the queue; null once its load has begun. */
  readonly queuePosition: number | null;
  readonly elapsedMs: number;
  /** How long loads of this model have taken; null until one has been measured. */
  readonly expectedMs: number | null;
}

/** How an API puts what is not from the model into its stream. */
export interface LoadingDialect {
  /** Least time between two events without news, milliseconds. */
  readonly everyMs: number;
  /** A text for whoever waits; empty where the API has no place for one. */
  text(text: string): string;
  /** The state of the wait. */
  state(state: LoadingState): string;
  /** The last events of a stream that has failed. */
  failure(envelope: Readonly<Record<string, unknown>>): string;
}

/** A comment (WHATWG HTML, 9.2.6), which no client sees. */
export const KEEP_ALIVE = ': waiting\n\n';

function event(name: string | null, data: unknown): string {
  return `${name === null ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** OpenAI chat completions: text goes into `reasoning_content` of complete chunks. */
export class ChatDialect implements LoadingDialect {
  readonly everyMs = 750;

  /**
   * @param id of the chunks
   * @param createdS Unix seconds
   */
  constructor(
    private readonly model: string,
    private readonly id: string,
    private readonly createdS: number,
  ) {}

  text(text: string): string {
    const choice = { index: 0, delta: { reasoning_content: text }, finish_reason: null };
    return event(null, {
      id: this.id,
      object: 'chat.completion.chunk',
      created: this.createdS,
      model: this.model,
      choices: [choice],
    });
  }

  state(): string {
    return this.text('.');
  }

  failure(envelope: Readonly<Record<string, unknown>>): string {
    return `${event(null, envelope)}data: [DONE]\n\n`;
  }
}

/** Anthropic messages: `ping` events may come at any time, before the message as well. */
export class MessagesDialect implements LoadingDialect {
  readonly everyMs = 5000;

  text(): string {
    return '';
  }

  state({ queuePosition, elapsedMs, expectedMs }: LoadingState): string {
    const loading = {
      queue_position: queuePosition,
      elapsed_ms: Math.round(elapsedMs),
      expected_ms: expectedMs === null ? null : Math.round(expectedMs),
    };
    return event('ping', { type: 'ping', loading });
  }

  failure(envelope: Readonly<Record<string, unknown>>): string {
    return event('error', { ...envelope, type: 'error' });
  }
}

/**
 * OpenAI responses: the first event has to be the model's own `response.created`, so that the wait
 * can only be told in comments.
 */
export class ResponsesDialect implements LoadingDialect {
  readonly everyMs = 5000;

  text(): string {
    return '';
  }

  state({ queuePosition, elapsedMs, expectedMs }: LoadingState): string {
    const place = queuePosition === null ? 'loading' : `queue position ${queuePosition}`;
    const expected = expectedMs === null ? '' : ` of about ${seconds(expectedMs)} s`;
    return `: ${place}, ${seconds(elapsedMs)} s${expected}\n\n`;
  }

  failure(envelope: Readonly<Record<string, unknown>>): string {
    const { code, message } = envelope['error'] as { code: unknown; message: unknown };
    const own = { type: 'error', code, message, param: null, sequence_number: 0 };
    return event('error', { ...envelope, ...own });
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}
