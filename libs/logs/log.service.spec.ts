import { describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';
import { VirtualClock } from '#lib/foundation';
import { JsonLogOutput } from './json-log-output.js';
import { utcZone } from './log-time-format.js';
import { LogMonitor } from './log-monitor.js';
import { DEFAULT_LOG_SETTINGS, LogService } from './log.service.js';
import { NestLogger } from './nest-logger.js';
import { TextLogOutput } from './text-log-output.js';

const WALL_MS = Date.UTC(2026, 2, 4, 5, 6, 7);

function setUp(form: 'text' | 'json' = 'text') {
  const out: string[] = [];
  const sink = { write: (bytes: Uint8Array | string) => out.push(Buffer.from(bytes).toString()) };
  const clock = new VirtualClock(WALL_MS);
  const output = form === 'text' ? new TextLogOutput(sink) : new JsonLogOutput(sink, clock);
  const logs = new LogService({ clock, output, zone: utcZone });
  return { logs, stdout: () => out.join('') };
}

const content = (log: LogMonitor) => Buffer.from(log.history()).toString();

describe('LogService', () => {
  it.each([
    ['proxy', '[INFO] ours\n'],
    ['upstream', 'theirs\n'],
    ['both', '[INFO] ours\ntheirs\n'],
    ['none', ''],
  ] as const)('sends to stdout what %s means, and both to every history', (toStdout, expected) => {
    const { logs, stdout } = setUp();
    logs.configure({ ...DEFAULT_LOG_SETTINGS, toStdout });
    logs.write('info', 'ours');
    logs.writeModel('m', Buffer.from('theirs\n'));
    expect(stdout()).toBe(expected);
    expect(content(logs.proxy)).toBe('[INFO] ours\n');
    expect(content(logs.upstream)).toBe('theirs\n');
    expect(content(logs.model('m'))).toBe('theirs\n');
    expect(content(logs.combined)).toBe('[INFO] ours\ntheirs\n');
  });

  it('drops lines below the level, in both logs', () => {
    const { logs } = setUp();
    logs.configure({ ...DEFAULT_LOG_SETTINGS, level: 'warn' });
    logs.write('info', 'no');
    logs.write('info', 'no', { source: 'upstream' });
    logs.write('error', 'yes', { source: 'upstream', prefix: 'm' });
    expect(content(logs.combined)).toBe('[m] [ERROR] yes\n');
    expect(content(logs.upstream)).toBe('[m] [ERROR] yes\n');
    expect(content(logs.proxy)).toBe('');
  });

  it('stamps lines in the configured form, never the output of models', () => {
    const { logs } = setUp();
    logs.configure({ ...DEFAULT_LOG_SETTINGS, timeFormat: 'rfc3339' });
    logs.write('warn', 'ours');
    logs.writeModel('m', Buffer.from('theirs\n'));
    expect(content(logs.combined)).toBe('2026-03-04T05:06:07Z [WARN] ours\ntheirs\n');
  });

  it('does not mix the halves of characters of two models', () => {
    const { logs } = setUp();
    const euro = Buffer.from('€');
    logs.writeModel('a', euro.subarray(0, 1));
    logs.writeModel('b', Buffer.from('b'));
    logs.writeModel('a', euro.subarray(1));
    expect(content(logs.upstream)).toBe('b€');
  });

  it('shows a cut character when the server has ended', () => {
    const { logs } = setUp();
    logs.writeModel('a', Buffer.from([0xe2]));
    expect(logs.upstream.history()).toHaveLength(0);
    logs.endModelOutput('a');
    logs.endModelOutput('unknown');
    expect(Array.from(logs.upstream.history())).toEqual([0xe2]);
  });

  it('forgets the logs of models that are gone and ends their readers', async () => {
    const { logs } = setUp();
    logs.writeModel('gone', Buffer.from('x'));
    logs.writeModel('kept', Buffer.from('y'));
    const gone = logs.model('gone').open({ history: false });
    logs.retainModels(new Set(['kept']));
    expect((await gone.next()).done).toBe(true);
    expect([content(logs.model('gone')), content(logs.model('kept'))]).toEqual(['', 'y']);
  });

  it('ends every reader at the close but still takes lines', async () => {
    const { logs } = setUp();
    const readers = [logs.proxy, logs.upstream, logs.combined, logs.model('m')].map((log) =>
      log.open(),
    );
    logs.close();
    logs.write('info', 'after');
    for (const reader of readers) expect((await reader.next()).done).toBe(true);
    expect(content(logs.proxy)).toBe('[INFO] after\n');
  });
});

describe('JsonLogOutput', () => {
  it('writes one object per entry and per line of a model', () => {
    const { logs, stdout } = setUp('json');
    logs.configure({ ...DEFAULT_LOG_SETTINGS, toStdout: 'both' });
    logs.write('warn', 'two\nlines', { prefix: 'router' });
    logs.writeModel('m', Buffer.from('a\r\nb'));
    logs.writeModel('m', Buffer.from('c\nrest'));
    logs.endModelOutput('m');
    logs.endModelOutput('m');
    const time = '2026-03-04T05:06:07.000Z';
    const model = { time, level: 'info', source: 'upstream', model: 'm' };
    expect(
      stdout()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { time, level: 'warn', source: 'proxy', component: 'router', text: 'two\nlines' },
      { ...model, text: 'a' },
      { ...model, text: 'bc' },
      { ...model, text: 'rest' },
    ]);
  });

  it('does not collect an endless line', () => {
    const { logs, stdout } = setUp('json');
    logs.configure({ ...DEFAULT_LOG_SETTINGS, toStdout: 'both' });
    for (let piece = 0; piece < 40; piece++) logs.writeModel('m', Buffer.alloc(1024, 'x'));
    expect(stdout().split('\n')).toHaveLength(3);
  });
});

describe('NestLogger', () => {
  it('turns contexts into prefixes and levels into ours', () => {
    const { logs } = setUp();
    logs.configure({ ...DEFAULT_LOG_SETTINGS, level: 'debug' });
    const logger = new NestLogger(logs);
    logger.log('plain');
    logger.log('told', 'router');
    logger.log('Mapped {/x}', 'RouterExplorer');
    logger.warn({ a: 1 }, 'config');
    logger.error('failed', 'Error: x\n    at y', 'proxy');
    logger.verbose('much', 'v');
    logger.fatal('end', undefined, 'f');
    expect(content(logs.proxy)).toBe(
      [
        '[INFO] plain',
        '[router] [INFO] told',
        '[RouterExplorer] [DEBUG] Mapped {/x}',
        '[config] [WARN] {"a":1}',
        '[proxy] [ERROR] failed Error: x',
        '    at y',
        '[v] [DEBUG] much',
        '[f] [ERROR] end',
        '',
      ].join('\n'),
    );
  });

  it('serves the loggers that Nest hands out', () => {
    const { logs } = setUp();
    const logger = new Logger('swap');
    Logger.overrideLogger(new NestLogger(logs));
    logger.log('began');
    logger.error('broke', 'Error: z\n    at q');
    Logger.overrideLogger(true);
    expect(content(logs.proxy)).toBe(
      '[swap] [INFO] began\n[swap] [ERROR] broke Error: z\n    at q\n',
    );
  });
});
