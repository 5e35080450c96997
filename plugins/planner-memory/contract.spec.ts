import { describePlanner } from '#lib/plugin-api/testing';
import { describe, it } from 'vitest';
import { MemoryPlannerPlugin } from './index.js';

const models = ['a', 'b', 'c', 'd', 'e'];
const GIB = 2 ** 30;
const memory = { a: { gpu0: 8 * GIB }, b: { gpu0: 12 * GIB }, c: { '*': 2 * GIB } };
const gpu0 = { device: 'gpu0', totalBytes: 24 * GIB, freeBytes: null };

describePlanner(
  { describe, it },
  {
    name: 'memory',
    create: () => new MemoryPlannerPlugin(),
    accepts: [
      { about: 'nothing known', models, settings: {} },
      {
        about: 'known and unknown needs',
        models,
        memory,
        settings: {},
        situation: { devices: [gpu0] },
      },
      { about: 'budgets', models, memory, settings: { budget: '16GiB', reserve: '1GiB' } },
    ],
    refuses: [{ about: 'a strange size', models, settings: { reserve: 'some' } }],
  },
);
