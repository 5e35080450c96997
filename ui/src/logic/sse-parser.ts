/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Incremental parser of event streams (WHATWG HTML, section 9.2). Feed it text in pieces of any
 * size; it returns the events that have become complete. Comment lines are counted in
 * {@link comments}, so that a silent connection can be told from a quiet one.
 */
export class SseParser {
  comments = 0;
  private rest = '';
  private event = '';
  private data: string[] = [];

  push(text: string): ServerSentEvent[] {
    this.rest += text;
    const events: ServerSentEvent[] = [];
    for (;;) {
      const match = /\r\n|\n|\r/.exec(this.rest);
      if (!match) break;
      // A lone CR at the very end may be the first half of CRLF.
      if (match[0] === '\r' && match.index === this.rest.length - 1) break;
      const line = this.rest.slice(0, match.index);
      this.rest = this.rest.slice(match.index + match[0].length);
      this.line(line, events);
    }
    return events;
  }

  private line(line: string, events: ServerSentEvent[]): void {
    if (line === '') {
      if (this.data.length > 0) {
        events.push({ event: this.event || 'message', data: this.data.join('\n') });
      }
      this.event = '';
      this.data = [];
      return;
    }
    if (line.startsWith(':')) {
      this.comments += 1;
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
  }
}
