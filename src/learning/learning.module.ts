import { DynamicModule, FactoryProvider, Module } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { CLOCK, Clock } from '#lib/foundation';
import { LogService } from '#lib/logs';
import { ProcessService } from '#lib/process';
import { MEMORY_SOURCE, MemoryLedger } from '#lib/router';
import { processFamily } from './process-family.js';

/** How much of a server's last words is looked at. */
const LAST_WORDS_BYTES = 16 * 1024;

const ledger: FactoryProvider<MemoryLedger> = {
  provide: MemoryLedger,
  inject: [ProcessService, LogService, ConfigStore, CLOCK],
  useFactory: (
    ...[processes, logs, config, clock]: [ProcessService, LogService, ConfigStore, Clock]
  ) =>
    new MemoryLedger({
      clock,
      pids: (model) => {
        const pid = processes.get(model)?.details['pid'];
        return typeof pid === 'number' ? processFamily(pid) : [];
      },
      output: (model) => {
        const history = logs.model(model).history();
        return Buffer.from(history.subarray(-LAST_WORDS_BYTES)).toString('utf8');
      },
      waitsForRoom: () => config.current.routing.planner.use === 'memory',
    }),
};

/** What the router may know about memory, learned from the processes. */
@Module({})
export class LearningModule {
  /** @param processes module that exports ProcessService */
  static above(processes: DynamicModule): DynamicModule {
    return {
      module: LearningModule,
      imports: [processes],
      providers: [ledger, { provide: MEMORY_SOURCE, useExisting: MemoryLedger }],
      exports: [MemoryLedger, MEMORY_SOURCE],
    };
  }
}
