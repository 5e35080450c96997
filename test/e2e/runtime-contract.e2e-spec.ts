import { afterAll, beforeAll, describe, it } from 'vitest';
import { describeRuntime } from '#lib/plugin-api/testing';
import { ProcessRig, processRig } from '../support/process-rig.js';

let rig: ProcessRig;

beforeAll(async () => {
  rig = await processRig();
});

afterAll(() => rig[Symbol.asyncDispose]());

const script = (text: string): string[] => [process.execPath, '-e', text];
const forever = 'setInterval(() => {}, 1000)';

describeRuntime(
  { describe, it },
  {
    name: 'local',
    create: () => rig.runtime,
    commands: {
      serve: script(`console.log('started'); ${forever}`),
      exit3: script('process.exit(3)'),
      stubborn: script(`process.on('SIGTERM', () => {}); console.log('started'); ${forever}`),
      printEnv: script(`console.log('value=' + process.env.DROVER_TEST); ${forever}`),
      missing: ['no-such-program'],
    },
  },
);
