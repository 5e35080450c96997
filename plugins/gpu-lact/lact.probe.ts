import {
  GpuProbe,
  GpuProbeContext,
  GpuProbeHandle,
  GpuSample,
  GpuSampleSink,
  PollingGpuProbe,
  ProbeError,
} from '#lib/plugin-api';
import { LactConnection } from './lact.connection.js';
import { LactDevice, answerData, devicesOf, requestLine } from './lact-protocol.js';
import { lactSample } from './lact-sample.js';

const ANSWER_TIMEOUT_MS = 5000;

/**
 * GPUs of all vendors through the LACT daemon (https://github.com/ilya-zlobintsev/LACT, API over a Unix
 * socket). One connection is kept; a device that fails is left out of that round only.
 */
@GpuProbe('lact')
export class LactProbe extends PollingGpuProbe {
  override readonly priority = 80;
  private connection: LactConnection | null = null;

  override async detect(context: GpuProbeContext, signal: AbortSignal): Promise<boolean> {
    if (context.platform === 'win32' || context.platform === 'darwin')
      throw new ProbeError('absent', 'LACT runs on Linux only');
    const path = await findSocket(context);
    if (signal.aborted) return false;
    if (path === null)
      throw new ProbeError('absent', `no socket of LACT at ${placesText(context)}`);
    const connection = await LactConnection.open(context.world, path, ANSWER_TIMEOUT_MS);
    const abort = (): void => connection.close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const devices = await listDevices(connection);
      if (devices.length === 0) throw new ProbeError('no_devices', 'LACT knows no device');
      return true;
    } finally {
      signal.removeEventListener('abort', abort);
      connection.close();
    }
  }

  override start(context: GpuProbeContext, sink: GpuSampleSink): GpuProbeHandle {
    const handle = super.start(context, {
      samples: (samples) => sink.samples(samples),
      failed: (error) => {
        this.disconnect();
        sink.failed(error);
      },
    });
    return {
      stop: async () => {
        this.disconnect();
        await handle.stop();
      },
    };
  }

  protected override async sample(
    context: GpuProbeContext,
    signal: AbortSignal,
  ): Promise<readonly GpuSample[]> {
    const connection = await this.connected(context, signal);
    const devices = await listDevices(connection);
    const samples: GpuSample[] = [];
    for (const [index, device] of devices.entries()) {
      const line = await connection.ask(requestLine('device_stats', { id: device.id }));
      const sample = readDevice(index, device, line);
      if (sample) samples.push(sample);
    }
    return samples;
  }

  private async connected(context: GpuProbeContext, signal: AbortSignal): Promise<LactConnection> {
    if (this.connection?.isOpen) return this.connection;
    const path = await findSocket(context);
    if (path === null) throw new ProbeError('not_found', 'the socket of LACT is gone');
    const connection = await LactConnection.open(context.world, path, ANSWER_TIMEOUT_MS);
    if (signal.aborted) connection.close();
    this.connection = connection;
    return connection;
  }

  private disconnect(): void {
    this.connection?.close();
    this.connection = null;
  }
}

/** Null for a device that answers with an error. @throws ProbeError for an answer that is none. */
function readDevice(index: number, device: LactDevice, line: string): GpuSample | null {
  try {
    return lactSample(index, device, answerData(line));
  } catch (error) {
    if (error instanceof ProbeError && error.reason === 'device_error') return null;
    throw error;
  }
}

async function listDevices(connection: LactConnection): Promise<readonly LactDevice[]> {
  return devicesOf(answerData(await connection.ask(requestLine('list_devices'))));
}

/** The first place of the usual ones that exists. */
async function findSocket(context: GpuProbeContext): Promise<string | null> {
  for (const place of places(context)) {
    if (await context.world.exists(place)) return place;
  }
  return null;
}

function places({ env }: GpuProbeContext): readonly string[] {
  const own = `/run/user/${process.getuid?.() ?? 0}/lactd.sock`;
  const named = env['LACT_DAEMON_SOCKET_PATH'];
  return [...(named ? [named] : []), '/run/lactd.sock', own];
}

function placesText(context: GpuProbeContext): string {
  return places(context).join(', ');
}
