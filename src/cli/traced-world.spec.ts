import { describe, expect, it } from 'vitest';
import { FakeProbeWorld } from '#lib/plugin-api/testing';
import { TracedWorld } from './traced-world.js';

function setup() {
  const fake = new FakeProbeWorld();
  const lines: string[] = [];
  return { fake, lines, world: new TracedWorld(fake, (line) => lines.push(line)) };
}

const limits = { timeoutMs: 1, signal: new AbortController().signal };

describe('TracedWorld', () => {
  it('tells what a program was asked, and its words', async () => {
    const { fake, lines, world } = setup();
    fake.programs.set('tool', () => ({ code: 1, stdout: 'a\nb\n', stderr: 'no driver\n' }));
    expect(await world.findProgram('tool')).toBe('tool');
    expect(await world.findProgram('other')).toBeNull();
    expect(await world.runProgram('tool', ['-x', 'y'], limits)).toMatchObject({ code: 1 });
    expect(lines).toEqual([
      '? tool: tool',
      '? other: not found',
      '$ tool -x y',
      '< a',
      '< b',
      '< no driver',
    ]);
  });

  it('passes the lines of a followed program on', () => {
    const { fake, lines, world } = setup();
    const heard: string[] = [];
    world.followProgram('tool', ['--loop'], {
      line: (text) => heard.push(text),
      ended: ({ code }) => heard.push(`ended ${String(code)}`),
    });
    fake.followed[0]!.listener.line('row');
    fake.followed[0]!.listener.ended({ code: 2, signal: null, stderr: 'bye' });
    expect(heard).toEqual(['row', 'ended 2']);
    expect(lines).toEqual(['$ tool --loop', '< row', '< bye']);
  });

  it('tells files and sockets', async () => {
    const { fake, lines, world } = setup();
    fake.files.set('/sys/x', '17\nmore\n');
    fake.files.set('/run/s', '');
    const heard: (string | null)[] = [];
    expect(await world.readText('/sys/x')).toBe('17\nmore\n');
    expect(await world.readText('/sys/y')).toBeNull();
    expect(await world.exists('/run/s')).toBe(true);
    expect(await world.listFolder('/sys')).toEqual(['x']);
    const socket = await world.connectSocket('/run/s', {
      line: (text) => heard.push(text),
      closed: () => heard.push(null),
    });
    socket.write('{"command":"ping"}\n');
    fake.sockets[0]!.listener.line('{"status":"ok"}');
    fake.sockets[0]!.listener.closed(null);
    socket.close();
    expect(fake.sockets[0]).toMatchObject({ written: ['{"command":"ping"}\n'], isClosed: true });
    expect(heard).toEqual(['{"status":"ok"}', null]);
    expect(lines).toEqual([
      '< /sys/x: 17',
      '? /run/s: there',
      '$ /run/s',
      '> {"command":"ping"}',
      '< {"status":"ok"}',
    ]);
  });

  it('has the time of the world below', async () => {
    const { fake, world } = setup();
    const fired: number[] = [];
    world.after(5, () => fired.push(world.nowMs()));
    const cancel = world.after(5, () => fired.push(-1));
    cancel();
    await fake.advance(10);
    expect(fired).toEqual([5]);
  });
});
