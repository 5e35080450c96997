import { describe, expect, it } from 'vitest';
import { EVENT_TOPICS, eventFrame, readTopics } from './event-topics.js';

describe('readTopics', () => {
  it('takes everything without the parameter', () => {
    expect([...readTopics(undefined)]).toEqual([...EVENT_TOPICS]);
  });

  it.each([
    ['inflight', ['inflight']],
    ['modelStatus, inflight', ['modelStatus', 'inflight']],
    [
      ['activity', 'logData'],
      ['activity', 'logData'],
    ],
    ['', []],
  ])('reads %j as %j', (parameter, topics) => {
    expect([...readTopics(parameter)]).toEqual(topics);
  });

  it('refuses an unknown topic and lists what there is', () => {
    expect(() => readTopics('inflight,logs')).toThrow(/"logs"; there are logData, modelStatus/);
  });
});

describe('eventFrame', () => {
  it('wraps JSON in a string inside JSON, without a space after the colons', () => {
    expect(eventFrame('activity', { id: 42 })).toBe(
      'event:message\ndata:{"type":"activity","data":"{\\"id\\":42}"}\n\n',
    );
  });

  it('keeps line ends inside the one line of data', () => {
    const frame = eventFrame('logData', { source: 'proxy', data: 'a\nb\r\n' });
    expect(frame.split('\n')).toHaveLength(4);
  });
});
