import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '#lib/foundation';
import { ProbeState, ProbeSupervisor, SystemProbeWorld } from '#lib/monitor';
import { GpuProbePlugin, GpuSample } from '#lib/plugin-api';
import { LactProbe } from '#plugin/gpu-lact';
import { NvidiaSmiProbe } from '#plugin/gpu-nvidia-smi';
import { RocmSmiProbe } from '#plugin/gpu-rocm-smi';
import { FakeTools } from '../support/fake-tools.js';

const fixtures = join(import.meta.dirname, '../fixtures/observability/gpu');
const clock = new SystemClock();

/** A probe in the real world under supervision, with events to wait for. */
class Rig implements AsyncDisposable {
  readonly rounds: (readonly GpuSample[])[] = [];
  readonly logs: string[] = [];
  private readonly supervisor: ProbeSupervisor;
  private wake = Promise.withResolvers<void>();

  constructor(probe: GpuProbePlugin, env: Record<string, string>, periodMs = 1000) {
    const { platform } = process;
    const world = new SystemProbeWorld(clock, env, platform);
    const context = { periodMs, platform, env, memoryTotalBytes: 1, world };
    this.supervisor = new ProbeSupervisor('tested', probe, {
      clock,
      context,
      onSamples: (samples) => this.happened(() => this.rounds.push(samples)),
      log: (message) => this.happened(() => this.logs.push(message)),
    });
  }

  get state(): ProbeState {
    return this.supervisor.snapshot();
  }

  /** Resolves when the condition holds after some event. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.wake.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.supervisor.stop();
  }

  private happened(what: () => unknown): void {
    what();
    this.wake.resolve();
    this.wake = Promise.withResolvers();
  }
}

describe('nvidia-smi in the real world', () => {
  let tools: FakeTools;
  const csv = join(fixtures, 'nvidia-smi-8gpu.csv');
  const appsHang = 'case "$*" in *compute-apps*) exec sleep 100;; esac';
  const loop = `case "$*" in *--loop*) while sleep 1 && cat ${csv}; do :; done;; esac`;

  beforeEach(() => {
    tools = new FakeTools();
  });
  afterEach(() => tools[Symbol.dispose]());

  it('delivers all devices of one burst in one round, among rubbish', async () => {
    tools.add('nvidia-smi', `${appsHang}\necho rubbish, lines\ncat ${csv}\n${loop}`);
    await using rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.rounds.length >= 2);
    expect(rig.rounds.map((round) => round.length)).toEqual([8, 8]);
  });

  it('runs in a locale without decimal commas', async () => {
    const row = '0, NVIDIA L4, GPU-1c8dae21-52bb, 1, 2, 3, 4, 5, $([ "$LC_ALL" = C ] && echo 7.5)';
    tools.add('nvidia-smi', `${appsHang}\necho "${row}"`);
    await using rig = new Rig(new NvidiaSmiProbe(), { ...tools.env, LC_ALL: 'de_DE.UTF-8' });
    await rig.until(() => rig.rounds.length > 0);
    expect(rig.rounds[0]![0]!.powerWatts).toBe(7.5);
  });

  it('is not chosen with a broken driver, and says why', async () => {
    const text = join(fixtures, 'nvidia-smi-error-driver.txt');
    tools.add('nvidia-smi', `cat ${text}; exit 9`);
    await using rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.logs.length > 0);
    expect(rig.state.state).toBe('failed');
    expect([...rig.state.errors.keys()]).toEqual(['driver_unreachable']);
  });

  it('gives up a tool that hangs', async () => {
    tools.add('nvidia-smi', 'exec sleep 100');
    await using rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.logs.length > 0);
    expect([...rig.state.errors.keys()]).toEqual(['timeout']);
  });

  it('is back each time its loop has been killed', async () => {
    const dying = 'case "$*" in *--loop*) sleep 0.4; kill -9 $$;; esac';
    tools.add('nvidia-smi', `${appsHang}\ncat ${csv}\n${dying}`);
    await using rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.rounds.length >= 5);
    expect(rig.state.errors.get('exited')).toBeGreaterThanOrEqual(4);
  });

  it('is chosen although it goes on for ever whatever it is asked', async () => {
    tools.add('nvidia-smi', `${appsHang}\nwhile cat ${csv}; do sleep 1; done`);
    await using rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.rounds.length >= 1);
    expect(rig.rounds[0]).toHaveLength(8);
  });

  it.each([
    ['before it is chosen', 'yes "0, NVIDIA"'],
    ['in its loop', `cat ${csv}\ncase "$*" in *--loop*) yes "0, NVIDIA";; esac`],
  ])('ends a tool that prints without end %s', async (_, script) => {
    tools.add('nvidia-smi', `${appsHang}\n${script}`);
    await using rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.state.errors.size > 0);
    expect(rig.state.lastError).toContain('prints too much');
  });

  it('passes over a folder of its name on PATH', async () => {
    using others = new FakeTools();
    mkdirSync(join(others.folder, 'nvidia-smi'));
    tools.add('nvidia-smi', `${appsHang}\ncat ${csv}\n${loop}`);
    const env = { PATH: `${others.folder}:${tools.env['PATH']}` };
    await using rig = new Rig(new NvidiaSmiProbe(), env);
    await rig.until(() => rig.rounds.length >= 1);
    expect(rig.rounds[0]).toHaveLength(8);
  });

  it('goes on with the devices that still answer', async () => {
    const [first] = readFileSync(csv, 'utf8').split('\n');
    const lost = `1${', [GPU is lost]'.repeat(8)}`;
    tools.add('nvidia-smi', `${appsHang}\necho "${lost}"\necho "${first}"\nexec sleep 100`);
    await using rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.rounds.length >= 1);
    expect(rig.rounds[0]!.map(({ index }) => index)).toEqual([0]);
    expect([...rig.state.errors.keys()]).toEqual(['gpu_lost']);
    expect(rig.state.detail).toContain('look for Xid in dmesg');
  });

  it('counts rows, not exit codes', async () => {
    tools.add('nvidia-smi', `${appsHang}\ncat ${csv}\n${loop}\nexit 14`);
    await using rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.rounds.length >= 1);
    expect(rig.state.state).toBe('up');
  });

  it('leaves no process behind, not even those of a wrapper script', async () => {
    const marker = `drover-probe-${process.pid}-${Date.now()}`;
    tools.add(
      'nvidia-smi',
      `cat ${csv}\ncase "$*" in *--loop*) sh -c "sleep 100 # ${marker}";; esac`,
    );
    const rig = new Rig(new NvidiaSmiProbe(), tools.env);
    await rig.until(() => rig.rounds.length > 0);
    await rig[Symbol.asyncDispose]();
    const world = new SystemProbeWorld(clock, { PATH: '/usr/bin:/bin' }, process.platform);
    const pids = (await world.listFolder('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => world.readText(`/proc/${pid}/cmdline`)));
    expect(lines.filter((line) => line?.includes(marker))).toEqual([]);
  });
});

describe('rocm-smi in the real world', () => {
  it('is read once per period', async () => {
    using tools = new FakeTools();
    tools.add('rocm-smi', `cat ${join(fixtures, 'rocm-smi-v6.json')}`);
    await using rig = new Rig(new RocmSmiProbe(), tools.env);
    await rig.until(() => rig.rounds.length >= 2);
    expect(rig.rounds[1]!.map(({ uuid }) => uuid)).toEqual(['53118', '28851']);
  });
});

/** Writes an answer so that it arrives in two pieces, after the one before it. */
async function inTwoPieces(before: Promise<void>, socket: Socket, bytes: Buffer): Promise<void> {
  await before;
  socket.write(bytes.subarray(0, 7));
  await new Promise((resolve) => setImmediate(resolve));
  socket.write(bytes.subarray(7));
}

/** A LACT daemon that answers as the test says. */
async function daemon(onRequest: (socket: Socket, request: string) => void) {
  const tools = new FakeTools();
  const path = join(tools.folder, 'lactd.sock');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let rest = '';
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) onRequest(socket, line);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const env = { LACT_DAEMON_SOCKET_PATH: path };
  const hangUp = (): void => sockets.forEach((socket) => socket.destroy());
  const close = (): void => {
    hangUp();
    server.close();
    tools[Symbol.dispose]();
  };
  return { env, sockets, hangUp, [Symbol.dispose]: close };
}

describe('LACT in the real world', () => {
  const transcript = readFileSync(join(fixtures, 'lact-amd.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { dir: string; line: string });

  function answerTo(request: string): string {
    return transcript[transcript.findIndex(({ line }) => line === request) + 1]!.line;
  }

  it('puts answers together however the socket cuts them', async () => {
    let turn = Promise.resolve();
    using lact = await daemon((socket, request) => {
      turn = inTwoPieces(turn, socket, Buffer.from(`${answerTo(request)}\n`));
    });
    await using rig = new Rig(new LactProbe(), lact.env);
    await rig.until(() => rig.rounds.length >= 2);
    expect(rig.rounds[1]!.map(({ name }) => name)).toContain('Raphael');
  });

  it('comes back after the daemon has hung up', async () => {
    using lact = await daemon((socket, request) => socket.write(`${answerTo(request)}\n`));
    await using rig = new Rig(new LactProbe(), lact.env);
    await rig.until(() => rig.rounds.length >= 1);
    lact.hangUp();
    const seen = rig.rounds.length;
    await rig.until(() => rig.rounds.length > seen + 1);
    expect(rig.state.state).toBe('up');
  });
});
