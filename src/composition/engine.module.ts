import { DynamicModule, FactoryProvider, Module } from '@nestjs/common';
import { ConfigStore } from '#lib/config';
import { LogService } from '#lib/logs';
import { PluginHostModule, PluginRegistry } from '#lib/plugin-host';
import {
  MODEL_OUTPUT_SINK,
  ModelOutputSink,
  PROCESS_RUNTIMES,
  ProcessModule,
  ProcessRuntimes,
  ProcessService,
} from '#lib/process';
import { ROUTED_PROCESSES, RouterModule, RouterService } from '#lib/router';
import { LearnedFigures } from '../learning/learned-figures.js';
import { LearningModule } from '../learning/learning.module.js';
import { PluginsModule } from '../plugins/plugins.module.js';
import { CONFIG_REFRESH } from '../reload/config-refresh.interface.js';
import { EngineMetricsRuntime } from './engine-metrics.runtime.js';
import { EngineOptions } from './engine-options.interface.js';
import { MODEL_ROUTER } from './model-router.interface.js';
import { MODEL_STATES, ModelStates } from './model-states.interface.js';

const output: FactoryProvider<ModelOutputSink> = {
  provide: MODEL_OUTPUT_SINK,
  inject: [LogService],
  useFactory: (logs: LogService) => (model, chunk) => logs.writeModel(model, chunk),
};

const runtimes: FactoryProvider<ProcessRuntimes> = {
  provide: PROCESS_RUNTIMES,
  inject: [PluginRegistry, ConfigStore],
  useFactory: (plugins: PluginRegistry, config: ConfigStore) => ({
    get: (name) => {
      const runtime = plugins.all('process-runtime').get(name);
      return runtime && new EngineMetricsRuntime(runtime, () => config.current.monitoring);
    },
  }),
};

const states: FactoryProvider<ModelStates> = {
  provide: MODEL_STATES,
  inject: [ProcessService],
  useFactory: (processes: ProcessService) => ({
    stateOf: (model) => processes.get(model)?.state ?? 'stopped',
    upstreamOf: (model) => {
      const process = processes.get(model);
      return process?.state === 'ready' ? process.upstream : null;
    },
    onState: (listener) => processes.onState(({ model }) => listener(model)),
  }),
};

/** The processes as the router sees them. */
@Module({})
class RoutedProcessesModule {
  static above(processes: DynamicModule): DynamicModule {
    return {
      module: RoutedProcessesModule,
      imports: [processes],
      providers: [{ provide: ROUTED_PROCESSES, useExisting: ProcessService }],
      exports: [ROUTED_PROCESSES],
    };
  }
}

/** Everything behind HTTP: processes, plugins, router. */
@Module({})
export class EngineModule {
  constructor(processes: ProcessService, logs: LogService) {
    processes.onState(({ model, to }) => {
      if (to === 'stopped') logs.endModelOutput(model);
    });
  }

  /** The engine above the values that `GroundModule` provides. */
  static register({ refresh, ...loaded }: EngineOptions): DynamicModule {
    const processes = ProcessModule.register({
      imports: [PluginHostModule],
      providers: [output, runtimes],
    });
    const learning = LearningModule.above(processes);
    const router = RouterModule.register([RoutedProcessesModule.above(processes), learning]);
    return {
      module: EngineModule,
      global: true,
      imports: [processes, learning, router, PluginsModule.with(loaded, [PluginHostModule])],
      providers: [
        { provide: MODEL_ROUTER, useExisting: RouterService },
        { provide: CONFIG_REFRESH, useValue: refresh },
        states,
        LearnedFigures,
      ],
      exports: [MODEL_ROUTER, MODEL_STATES, CONFIG_REFRESH, processes, learning, router],
    };
  }
}
