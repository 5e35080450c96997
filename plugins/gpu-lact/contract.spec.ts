import { describe, it } from 'vitest';
import { describeGpuProbe } from '#lib/plugin-api/testing';
import { LactProbe } from './lact.probe.js';

const LIST = '{"status":"ok","data":[{"id":"10DE:1-1:1-0000:01:00.0","name":"L4"}]}';
const STATS = '{"status":"ok","data":{"busy_percent":7,"vram":{"total":8,"used":2}}}';

describeGpuProbe(
  { describe, it },
  {
    name: 'lact',
    create: () => new LactProbe(),
    prepare: (world) => {
      world.files.set('/run/lactd.sock', '');
      world.onWrite = (socket, line) =>
        socket.listener.line(line.includes('list_devices') ? LIST : STATS);
    },
  },
);
