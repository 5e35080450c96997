import { ServerResponse } from 'node:http';
import { DroverError } from '#lib/foundation';
import { brokenStreamEvent, StreamTail } from './stream-error.js';

/** Ends an answer whose rest will never come so that no client takes what it has for the whole. */
export class AnswerEnding {
  /** Whether an event can be put behind what has been sent; false before there is a head. */
  takesEvent = false;
  private readonly tail = new StreamTail();

  constructor(private readonly response: ServerResponse) {}

  /** This has been sent. */
  add(content: Buffer): void {
    if (this.takesEvent) this.tail.add(content);
  }

  /**
   * Breaks the answer off. Events end with one that says why, and the body ends with that as a whole
   * one does: a client that reads slowly would lose the event if its connection were cut, and needs no
   * cut to know. Everything else is cut, which is all that can be told.
   *
   * @param why without it, that the upstream was lost
   */
  breakOff(why?: DroverError): void {
    const { response } = this;
    if (this.takesEvent && !response.destroyed) {
      response.end(brokenStreamEvent(this.tail.toString(), why));
    } else response.destroy();
  }
}
