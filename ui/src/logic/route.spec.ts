import { describe, expect, it } from 'vitest';
import { modelHref, parseRoute } from './route.js';

describe('parseRoute', () => {
  it.each([
    ['', { page: 'home' }],
    ['#/', { page: 'home' }],
    ['#/activity', { page: 'activity' }],
    ['#/models/', { page: 'models' }],
    ['#/models/a%2Fb%3A%20c', { page: 'model', id: 'a/b: c', tab: 'activity' }],
    ['#/models/a/b/logs', { page: 'model', id: 'a/b', tab: 'logs' }],
    ['#/models/logs', { page: 'model', id: 'logs', tab: 'activity' }],
    ['#/models/%E0%A4%A', { page: 'model', id: '%E0%A4%A', tab: 'activity' }],
    ['#/nonsense', { page: 'home' }],
  ])('reads %s', (fragment, route) => {
    expect(parseRoute(fragment)).toEqual(route);
  });

  it('reads back every link that it makes', () => {
    for (const id of ['a', 'a/b', 'ä ö', 'x:y', 'logs', '50%']) {
      expect(parseRoute(modelHref(id, 'details'))).toEqual({ page: 'model', id, tab: 'details' });
    }
  });
});
