import { describe, expect, it } from 'vitest';
import { NO_NOTES } from '../http/request-ids.js';
import { withNote } from './call-notes.js';

describe('withNote', () => {
  it('adds a note and replaces one of the same name', () => {
    const first = withNote(NO_NOTES, 'selector', 'fast');
    const second = withNote(first, 'fifo_priority', '0');
    expect(second).toEqual({ selector: 'fast', fifo_priority: '0' });
    expect(withNote(second, 'fifo_priority', '7')).toEqual({
      selector: 'fast',
      fifo_priority: '7',
    });
    expect(first).toEqual({ selector: 'fast' });
    expect(NO_NOTES).toEqual({});
  });

  it('has one object for all requests with the same only note', () => {
    const note = withNote(NO_NOTES, 'fifo_priority', '3');
    expect(withNote(NO_NOTES, 'fifo_priority', '3')).toBe(note);
    expect(withNote(NO_NOTES, 'fifo_priority', '4')).not.toBe(note);
  });

  it('is right beyond the number of notes that it remembers', () => {
    for (let value = 0; value < 1000; value += 1) {
      expect(withNote(NO_NOTES, 'selector', `s${value}`)).toEqual({ selector: `s${value}` });
    }
  });
});
