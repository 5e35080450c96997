import { FactoryProvider, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { HOST_SAMPLER, HostSampler, LinuxHostSampler, PortableHostSampler } from '#lib/monitor';
import { PluginHostModule } from '#lib/plugin-host';
import { HardwareService } from './hardware.service.js';
import { PerformanceController } from './performance.controller.js';
import { PerformanceService } from './performance.service.js';
import { ScheduleTicker } from './schedule.ticker.js';

const hostSampler: FactoryProvider<HostSampler> = {
  provide: HOST_SAMPLER,
  useFactory: () =>
    process.platform === 'linux'
      ? new LinuxHostSampler()
      : new PortableHostSampler(process.platform),
};

/** Samples of the machine and its GPUs. */
@Module({
  imports: [PluginHostModule, ScheduleModule.forRoot()],
  controllers: [PerformanceController],
  providers: [hostSampler, ScheduleTicker, PerformanceService, HardwareService],
  exports: [PerformanceService],
})
export class PerformanceModule {}
