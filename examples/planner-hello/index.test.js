import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describePlanner } from 'drover/plugin-api/testing';
import { HelloPlannerPlugin } from './index.js';

const models = ['a', 'b', 'c', 'd'];
const create = () => new HelloPlannerPlugin();
const accepts = [1, 3].map((most) => ({ about: `most: ${most}`, models, settings: { most } }));
const refuses = [{ about: 'most: 0', models, settings: { most: 0 } }];

describePlanner({ describe, it }, { name: 'hello', create, accepts, refuses });

void it('stops the model that was used least recently', () => {
  const planner = create().createPlanner({ models: [], settings: { most: 2 } });
  const idle = { state: 'ready', inFlight: 0, waiting: 0 };
  const resident = [
    { ...idle, model: 'a', lastUsedMs: 20 },
    { ...idle, model: 'b', lastUsedMs: 10 },
  ];
  assert.deepEqual(planner.plan({ target: 'c', resident, nowMs: 30 }).evict, ['b']);
});
