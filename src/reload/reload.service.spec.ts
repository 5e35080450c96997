import { Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigReloadEvent, VirtualClock } from '#lib/foundation';
import { PreparedReload, ReloadReading } from './reload-ports.interface.js';
import { ModelChanges } from './reload-report.interface.js';
import { ReloadService } from './reload.service.js';

const CHANGES: ModelChanges = { added: ['new'], removed: [], restarted: ['a', 'b'], updated: [] };

function prepared(overrides: Partial<PreparedReload> = {}) {
  const apply = vi.fn<() => void>();
  const parts = { changes: CHANGES, warnings: [], needsRestart: [], apply, ...overrides };
  const reading: ReloadReading = { isGood: true, prepared: parts };
  return { apply, reading };
}

function setUp(...readings: (ReloadReading | Error)[]) {
  const events = new EventEmitter2();
  const announced: ConfigReloadEvent[] = [];
  events.on('config.reload', (event: ConfigReloadEvent) => announced.push(event));
  const reader = {
    async read(): Promise<ReloadReading> {
      const reading = readings.shift();
      if (!reading) throw new Error('read too often');
      if (reading instanceof Error) throw reading;
      return reading;
    },
  };
  const service = new ReloadService(reader, new VirtualClock(5000), events);
  return { service, announced };
}

describe('ReloadService', () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    const put = (level: string) => (message: unknown) =>
      void lines.push(`${level} ${String(message)}`);
    const silent = { log: put('log'), warn: put('warn'), error: put('error') };
    Logger.overrideLogger(silent);
  });
  afterEach(() => Logger.overrideLogger(true));

  it('puts a good configuration in force and says what it did', async () => {
    const { apply, reading } = prepared({ warnings: ['w'], needsRestart: ['listen'] });
    const { service, announced } = setUp(reading);
    expect(service.last).toBeNull();
    const report = await service.reload('signal');
    expect(apply).toHaveBeenCalledOnce();
    expect(report).toEqual({
      trigger: 'signal',
      atMs: 5000,
      outcome: 'applied',
      problems: [],
      warnings: ['w'],
      changes: CHANGES,
      needsRestart: ['listen'],
    });
    expect(service.last).toBe(report);
    expect(announced).toEqual([report]);
    expect(lines.at(-1)).toBe('log the new configuration is in force: added new; restarted a, b');
    expect(lines).toContain('warn w');
  });

  it('does nothing when the configuration means the same', async () => {
    const { apply, reading } = prepared({ changes: null });
    const { service } = setUp(reading);
    expect(await service.reload('watch')).toMatchObject({ outcome: 'unchanged', changes: null });
    expect(apply).not.toHaveBeenCalled();
  });

  it('keeps the old configuration when the new one is bad, and says why', async () => {
    const problems = ['c.yaml:1:2 models.a: no cmd', 'c.yaml:3:4 models.b: no cmd'];
    const { service, announced } = setUp({ isGood: false, problems, warnings: [] });
    expect(await service.reload('api')).toMatchObject({ outcome: 'rejected', problems });
    expect(announced[0]!.problems).toEqual(problems);
    expect(lines.slice(1)).toEqual([
      ...problems.map((problem) => `warn ${problem}`),
      'warn the new configuration cannot be used; the old one stays in force',
    ]);
  });

  it('survives a reader that fails, and reloads again', async () => {
    const { apply, reading } = prepared();
    const { service } = setUp(new Error('disk gone'), reading);
    const failed = await service.reload('signal');
    expect(failed.outcome).toBe('rejected');
    expect(failed.problems[0]).toContain('disk gone');
    expect((await service.reload('signal')).outcome).toBe('applied');
    expect(apply).toHaveBeenCalledOnce();
  });

  it('reads again for triggers that come during a reload', async () => {
    const first = prepared();
    const second = prepared({ changes: null });
    const { service } = setUp(first.reading, second.reading);
    const reports = await Promise.all([
      service.reload('watch'),
      service.reload('signal'),
      service.reload('api'),
    ]);
    expect(reports.map(({ outcome }) => outcome)).toEqual(['applied', 'unchanged', 'unchanged']);
  });

  it('puts nothing in force once the shutdown has begun', async () => {
    const { apply, reading } = prepared();
    const { service } = setUp(reading);
    const reload = service.reload('watch');
    service.close();
    expect((await reload).outcome).toBe('rejected');
    expect(apply).not.toHaveBeenCalled();
  });
});
