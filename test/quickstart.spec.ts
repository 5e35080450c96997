import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, splitCommand } from '#lib/config';
import { parseDemoOptions } from '../src/demo-server/demo-options.js';

const NODE = '/opt/my node/bin/node';
const MAIN = "/home/o'brien/drover/dist/src/main.js";

function load() {
  return loadConfig({
    configPath: 'config/quickstart.yaml',
    env: { DROVER_NODE: NODE, DROVER_MAIN: MAIN },
    cwd: join(import.meta.dirname, '..'),
    platform: 'linux',
  });
}

describe('config/quickstart.yaml', () => {
  it('loads without a problem or warning', () => {
    expect(load()).toMatchObject({ problems: [], warnings: [] });
  });

  it.each(['demo-small', 'demo-large', 'demo-embed'])(
    'starts a demo server for %s wherever Drover is installed',
    (id) => {
      const model = load().config!.models.get(id)!;
      const [node, main, command, ...flags] = splitCommand(model.cmd, 'linux');
      expect([node, main, command]).toEqual([NODE, MAIN, 'demo-server']);
      expect(parseDemoOptions(flags)).toMatchObject({ name: id, port: model.port });
    },
  );
});
