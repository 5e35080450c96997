import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#lib/foundation';
import { ToolStarter } from './tool.starter.js';

/** A child process that ends when the test says so. */
class FakeChild extends EventEmitter {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();

  constructor(readonly pid: number) {
    super();
  }

  kill(): boolean {
    return false;
  }

  exit(code: number | null, signal: NodeJS.Signals | null): void {
    this.emit('exit', code, signal);
    this.emit('close', code, signal);
  }
}

function setup() {
  const clock = new VirtualClock(0);
  const children: FakeChild[] = [];
  const commands: { file: string; args: readonly string[]; env: object }[] = [];
  const events: string[] = [];
  const starter = new ToolStarter({
    clock,
    env: { PATH: '/bin', LC_ALL: 'de_DE' },
    guard: {
      wrap: (program, args) => ({ file: 'guard', args: [program, ...args], env: { MARK: 'm' } }),
      adopt: (pid, name) => events.push(`adopt ${pid} ${name}`),
      release: (pid) => events.push(`release ${pid}`),
    },
    system: {
      spawn: (file, args, env) => {
        commands.push({ file, args, env });
        const child = new FakeChild(100 + children.length);
        children.push(child);
        return child;
      },
      signalGroup: (leader, name) => events.push(`${name} ${leader}`) > 0,
    },
  });
  const start = () => {
    return starter.start('/bin/tool', ['-x'], { stdout: () => {}, stderr: () => {} });
  };
  return { clock, children, commands, events, start, starter };
}

describe('ToolStarter', () => {
  it('starts a program guarded, marked, and without a locale', async () => {
    const { children, commands, events, start } = setup();
    const tool = start();
    expect(commands).toEqual([
      {
        file: 'guard',
        args: ['/bin/tool', '-x'],
        env: { PATH: '/bin', LC_ALL: 'C', MARK: 'm' },
      },
    ]);
    children[0]!.exit(0, null);
    expect(await tool.ended).toEqual({ code: 0, signal: null, error: null });
    // What a wrapper script has left goes with it.
    expect(events).toEqual(['adopt 100 tool', 'SIGKILL 100', 'release 100']);
  });

  it('asks a program to end, and orders it after a second', async () => {
    const { clock, children, events, start } = setup();
    const killed = start().kill();
    await clock.advanceAsync(999);
    expect(events).toEqual(['adopt 100 tool', 'SIGTERM 100']);
    await clock.advanceAsync(1);
    expect(events.at(-1)).toBe('SIGKILL 100');
    children[0]!.exit(null, 'SIGKILL');
    await killed;
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives a program up that even the order does not end, and guards it on', async () => {
    const { clock, events, start } = setup();
    const tool = start();
    const killed = tool.kill();
    await clock.advanceAsync(2000);
    await killed;
    expect(await tool.ended).toEqual({ code: null, signal: null, error: null });
    expect(events).not.toContain('release 100');
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not start a program again before the one that was given up is gone', async () => {
    const { clock, children, events, start } = setup();
    const killed = start().kill();
    await clock.advanceAsync(2000);
    await killed;
    expect(() => start()).toThrow(/\/bin\/tool \(process 100\) does not end/);
    children[0]!.exit(null, 'SIGKILL');
    expect(events).toContain('release 100');
    expect(() => start()).not.toThrow();
    expect(children).toHaveLength(2);
  });

  it('is closed when every program has ended, and starts none any more', async () => {
    const { children, events, start, starter } = setup();
    start();
    start();
    children[0]!.exit(0, null);
    let isClosed = false;
    const closing = starter.close().then(() => (isClosed = true));
    expect(events.filter((event) => event.startsWith('SIGTERM'))).toEqual(['SIGTERM 101']);
    expect(start).toThrow('is not started any more');
    await Promise.resolve();
    expect(isClosed).toBe(false);
    children[1]!.exit(null, 'SIGTERM');
    await closing;
  });

  it('does not wait for a grandchild that holds the output open', async () => {
    const { clock, children, start } = setup();
    const tool = start();
    children[0]!.emit('exit', 3, null);
    await clock.advanceAsync(500);
    expect(await tool.ended).toMatchObject({ code: 3 });
  });

  it('tells why a program could not be started', async () => {
    const { children, start } = setup();
    const tool = start();
    children[0]!.emit('error', new Error('EACCES'));
    expect((await tool.ended).error?.message).toBe('EACCES');
    expect(() => start()).not.toThrow();
  });
});
