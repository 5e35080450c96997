import { describeScheduler } from '#lib/plugin-api/testing';
import { describe, it } from 'vitest';
import { FifoSchedulerPlugin } from './index.js';

const create = (): FifoSchedulerPlugin => new FifoSchedulerPlugin();

describeScheduler({ describe, it }, { name: 'fifo', create, runs: 2000 });
