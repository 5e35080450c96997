import { describePlanner } from '#lib/plugin-api/testing';
import { describe, it } from 'vitest';
import { GroupPlannerPlugin } from './index.js';

const models = ['a', 'b', 'c', 'd', 'e'];
const open = { swap: false, exclusive: false, persistent: false };

describePlanner(
  { describe, it },
  {
    name: 'group',
    create: () => new GroupPlannerPlugin(),
    accepts: [
      { about: 'no groups', models, settings: { groups: {} } },
      {
        about: 'groups of all kinds',
        models,
        settings: {
          groups: {
            pair: { ...open, exclusive: true, members: ['a', 'b'] },
            keep: { ...open, persistent: true, members: ['c'] },
            swap: { ...open, swap: true, members: ['d'] },
          },
        },
      },
    ],
    refuses: [{ about: 'a stranger', models, settings: { groups: { g: { members: ['x'] } } } }],
  },
);
