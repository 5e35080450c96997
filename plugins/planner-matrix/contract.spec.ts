import { describePlanner } from '#lib/plugin-api/testing';
import { describe, it } from 'vitest';
import { MatrixPlannerPlugin } from './index.js';

const models = ['a', 'b', 'c', 'd', 'e'];

describePlanner(
  { describe, it },
  {
    name: 'matrix',
    create: () => new MatrixPlannerPlugin(),
    accepts: [
      { about: 'one set', models, settings: { sets: { all: 'a & b & c' } } },
      {
        about: 'vars, costs and references',
        models,
        settings: {
          vars: { big: 'e' },
          evict_costs: { big: 9, a: 2 },
          sets: { base: 'a | b', full: '+base & (c | d)', lone: 'big & a' },
        },
      },
    ],
    refuses: [
      { about: 'no sets', models, settings: {} },
      { about: 'a circle', models, settings: { sets: { s: '+s' } } },
    ],
  },
);
