import { mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, MockInstance, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { parseActivityQuery } from '#lib/activity';
import { activityEntry } from '#lib/activity/testing';
import { ConfigStore } from '#lib/config';
import { VirtualClock } from '#lib/foundation';
import { FakeCall } from '../../test/support/fake-call.js';
import { fakeConfig } from '../../test/support/fake-config.js';
import { FinishedCalls } from '../calls/finished.calls.js';
import { ActivityService } from './activity.service.js';

const all = parseActivityQuery(new URLSearchParams());
let folder: string;
let path: string;
let error: MockInstance;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-store-'));
  path = join(folder, 'activity.db');
  error = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function setup() {
  const clock = new VirtualClock(Date.UTC(2026, 2, 4));
  const current = fakeConfig([], { storePath: path });
  const config = { current, onChange: () => () => undefined } as unknown as ConfigStore;
  const service = new ActivityService(config, new FinishedCalls(clock), clock);
  const record = (): number => service.record(activityEntry(), new FakeCall('a'));
  return { clock, service, record };
}

describe('ActivityService', () => {
  it('keeps the log in memory while its file cannot be opened, and then in the file', () => {
    mkdirSync(path);
    const { clock, service, record } = setup();
    expect(record()).toBe(1);
    expect(service.log().query(all).total).toBe(1);
    expect(service.problem).not.toBeNull();
    clock.advance(60_000);
    expect(error).toHaveBeenCalledOnce();
    rmdirSync(path);
    clock.advance(30_000);
    expect(service.problem).toBeNull();
    expect(record()).toBe(2);
    expect(service.log().query(all).total).toBe(2);
    service.onModuleDestroy();
    expect(clock.pendingTimers).toBe(0);
    expect(setup().service.log().query(all).total).toBe(2);
  });

  it('leaves a file that is no log alone, whatever is in it', () => {
    const content = 'this is no database, and somebody may want it back\n'.repeat(100);
    writeFileSync(path, content);
    const { clock, service, record } = setup();
    record();
    clock.advance(120_000);
    expect(service.problem).toContain('not a database');
    expect(service.log().query(all).total).toBe(1);
    service.onModuleDestroy();
    expect(readFileSync(path, 'utf8')).toBe(content);
  });
});
