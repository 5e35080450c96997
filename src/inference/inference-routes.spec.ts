import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INFERENCE_ROUTES } from './inference-routes.js';

interface RouteCase {
  readonly method: string;
  readonly path: string;
  readonly category: string;
}

const fixture = new URL('../../test/fixtures/http/routes.json', import.meta.url);
const cases = JSON.parse(readFileSync(fixture, 'utf8')) as RouteCase[];

const FAMILIES: Readonly<Record<string, string>> = {
  'inference-json': 'json',
  'inference-versionless': 'json',
  'inference-form': 'form',
  'inference-get': 'query',
};

describe('INFERENCE_ROUTES', () => {
  it('are those of the compatible API, neither more nor less', () => {
    const expected = cases
      .filter(({ category }) => category in FAMILIES)
      .map(({ method, path, category }) => `${method} ${path} ${FAMILIES[category]}`);
    const own = INFERENCE_ROUTES.map(({ method, path, family }) => `${method} ${path} ${family}`);
    expect(own.toSorted()).toEqual(expected.toSorted());
  });

  it.each([
    ['/v/chat/completions', '/chat/completions'],
    ['/v/messages/count_tokens', '/messages/count_tokens'],
    ['/audioapi/v1/tasks/run', '/v1/tasks/run'],
    ['/v1/audio/voices', '/v1/audio/voices'],
    ['/completion', '/completion'],
  ])('forward %s as %s', (path, upstreamPath) => {
    const route = INFERENCE_ROUTES.find((candidate) => candidate.path === path);
    expect(route?.upstreamPath).toBe(upstreamPath);
  });
});
