import { describe, expect, it } from 'vitest';
import { GpuSample } from '#lib/plugin-api';
import { FakeProbeWorld, FakeSocket } from '#lib/plugin-api/testing';
import { LactProbe } from './lact.probe.js';

const LIST = JSON.stringify({ status: 'ok', data: [{ id: '10DE:1-1:1-0000:01:00.0' }] });
const STATS = JSON.stringify({ status: 'ok', data: { busy_percent: 7 } });

function answer(socket: FakeSocket, line: string): void {
  socket.listener.line(line.includes('list_devices') ? LIST : STATS);
}

function setup(onWrite = answer) {
  const world = new FakeProbeWorld();
  world.files.set('/run/lactd.sock', '');
  world.onWrite = onWrite;
  const snapshots: (readonly GpuSample[])[] = [];
  const failures: Error[] = [];
  const sink = {
    samples: (samples: readonly GpuSample[]) => snapshots.push(samples),
    failed: (error: Error) => failures.push(error),
  };
  return { world, snapshots, failures, sink, probe: new LactProbe() };
}

const { signal } = new AbortController();

describe('LactProbe', () => {
  it('is not there without a socket, or on another system', async () => {
    const { world, probe } = setup();
    const elsewhere = probe.detect(world.context({ platform: 'win32' }), signal);
    await expect(elsewhere).rejects.toMatchObject({ reason: 'absent' });
    world.files.clear();
    await expect(probe.detect(world.context(), signal)).rejects.toMatchObject({
      reason: 'absent',
      message: expect.stringContaining('/run/lactd.sock'),
    });
  });

  it('prefers the socket that the environment names, if it is there', async () => {
    const { world, probe } = setup();
    const env = { LACT_DAEMON_SOCKET_PATH: '/tmp/own.sock' };
    await probe.detect(world.context({ env }), signal);
    world.files.set('/tmp/own.sock', '');
    await probe.detect(world.context({ env }), signal);
    expect(world.sockets.map(({ path }) => path)).toEqual(['/run/lactd.sock', '/tmp/own.sock']);
  });

  it('is refused when the daemon knows no device', async () => {
    const { world, probe } = setup((socket) => {
      socket.listener.line('{"status":"ok","data":[]}');
    });
    await expect(probe.detect(world.context(), signal)).rejects.toMatchObject({
      reason: 'no_devices',
    });
    expect(world.sockets[0]!.isClosed).toBe(true);
  });

  it('keeps one connection for all rounds', async () => {
    const { world, probe, sink, snapshots } = setup();
    const handle = probe.start(world.context(), sink);
    await world.advance(10_000);
    expect(snapshots).toHaveLength(3);
    expect(world.sockets).toHaveLength(1);
    await handle.stop();
    expect(world.sockets[0]!.isClosed).toBe(true);
  });

  it('gives a daemon up that does not answer', async () => {
    const { world, probe, sink, failures } = setup(() => {});
    probe.start(world.context(), sink);
    await world.advance(5000);
    expect(failures).toMatchObject([{ reason: 'timeout' }]);
    expect(world.pendingTimers).toBe(0);
  });

  it('asks for one device after the other, as the daemon answers', async () => {
    const devices = ['10DE:1-1:1-0000:01:00.0', '10DE:1-1:1-0000:02:00.0'];
    const list = JSON.stringify({ status: 'ok', data: devices.map((id) => ({ id })) });
    const waiting: (() => void)[] = [];
    const { world, probe, sink, snapshots } = setup((socket, line) => {
      const text = line.includes('list_devices') ? list : STATS;
      waiting.push(() => socket.listener.line(text));
    });
    const handle = probe.start(world.context(), sink);
    for (const sent of [1, 2, 3]) {
      await world.advance(0);
      expect(world.sockets[0]!.written).toHaveLength(sent);
      waiting.shift()!();
    }
    await world.advance(0);
    expect(snapshots[0]!.map(({ pciAddress }) => pciAddress)).toEqual([
      '0000:01:00.0',
      '0000:02:00.0',
    ]);
    await handle.stop();
  });

  it('fails when the daemon hangs up in the middle of a round', async () => {
    const { world, probe, sink, failures } = setup((socket, line) => {
      if (line.includes('list_devices')) socket.listener.line(LIST);
      else socket.listener.closed(null);
    });
    probe.start(world.context(), sink);
    await world.advance(0);
    expect(failures).toMatchObject([{ reason: 'closed' }]);
  });

  it('gives a connection up whose answers cannot be read', async () => {
    const { world, probe, sink, failures } = setup((socket, line) => {
      socket.listener.line(line.includes('list_devices') ? LIST : '{"status":');
    });
    probe.start(world.context(), sink);
    await world.advance(0);
    expect(failures).toMatchObject([{ reason: 'bad_answer' }]);
  });

  it('connects again when it is started again', async () => {
    const { world, probe, sink, snapshots } = setup();
    await probe.start(world.context(), sink).stop();
    const handle = probe.start(world.context(), sink);
    await world.advance(0);
    expect(snapshots.length).toBeGreaterThan(0);
    await handle.stop();
    expect(world.sockets.every(({ isClosed }) => isClosed)).toBe(true);
  });
});
