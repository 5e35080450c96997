import { describe, expect, it } from 'vitest';
import {
  type LoadProgress,
  type ModelOverview,
  percentText,
  stageOfLoad,
  unloadText,
} from './model-overview.js';

const model = (more: Partial<ModelOverview>): ModelOverview => ({
  id: 'a',
  state: 'ready',
  inFlight: 0,
  waiting: 0,
  idleMs: 1000,
  loadMs: null,
  stopMs: null,
  serviceMs: null,
  upstream: null,
  readyAt: null,
  process: null,
  ttlMs: 600_000,
  unloadInMs: 90_000,
  unloadAt: null,
  load: null,
  ...more,
});

const load = (more: Partial<LoadProgress>): LoadProgress => ({
  stage: 'weights',
  percent: 41.7,
  source: 'log',
  elapsedMs: 900,
  expectedMs: 2000,
  ...more,
});

describe('unloadText', () => {
  it.each([
    [model({}), 0, 'idle, unloads in 1 m 30 s'],
    [model({}), 45_500, 'idle, unloads in 45 s'],
    [model({}), 89_500, 'idle, is being unloaded'],
    [model({ unloadInMs: null }), 0, 'in use'],
    [model({ ttlMs: null, unloadInMs: null }), 0, 'stays loaded'],
    [model({ state: 'starting' }), 0, ''],
    [undefined, 0, ''],
  ])('%# tells when it is unloaded', (of, sinceMs, text) => {
    expect(unloadText(of, sinceMs)).toBe(text);
  });
});

describe('a load', () => {
  it.each([
    [load({}), 'Loading weights', '41 %'],
    [load({ stage: 'warmup', source: 'history' }), 'Warming up', 'about 41 %'],
    [load({ stage: null, percent: null, source: null }), 'Starting and loading weights', ''],
  ])('%# says its stage and how far it is', (of, stage, percent) => {
    expect(stageOfLoad(of)).toBe(stage);
    expect(percentText(of)).toBe(percent);
  });
});
