import { describeScheduler } from '#lib/plugin-api/testing';
import { describe, it } from 'vitest';
import { FairSchedulerPlugin } from './index.js';

const create = (): FairSchedulerPlugin => new FairSchedulerPlugin();

describeScheduler({ describe, it }, { name: 'fair', create, keepsArrivalOrder: true, runs: 5000 });

describe('with a bound so short that everything is due', () => {
  const settings = { maxWait: '30ms', hold: '20ms', aging: '10ms' };
  const subject = { name: 'fair', create, settings, keepsArrivalOrder: true, runs: 3000 };
  describeScheduler({ describe, it }, subject);
});
