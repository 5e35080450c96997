import { FactoryProvider, Module } from '@nestjs/common';
import {
  LinuxProcessTrees,
  PROCESS_TREES,
  PortableProcessTrees,
  ProcessTreeReader,
} from '#lib/monitor';
import { PerformanceModule } from '../performance/performance.module.js';
import { MemoryController } from './memory.controller.js';
import { MemoryHistory } from './memory.history.js';
import { MemoryReader } from './memory.reader.js';
import { ProcessUseService } from './process-use.service.js';

const processTrees: FactoryProvider<ProcessTreeReader> = {
  provide: PROCESS_TREES,
  useFactory: () =>
    process.platform === 'linux' ? new LinuxProcessTrees() : new PortableProcessTrees(),
};

/** Memory and CPU of the models' processes, and who holds how much of which device. */
@Module({
  imports: [PerformanceModule],
  controllers: [MemoryController],
  providers: [processTrees, ProcessUseService, MemoryReader, MemoryHistory],
  exports: [ProcessUseService],
})
export class MemoryModule {}
