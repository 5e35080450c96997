import { DynamicModule, Module, ModuleMetadata } from '@nestjs/common';
import { PluginHostModule } from '#lib/plugin-host';
import { SwapDecisions } from './decisions/swap-decisions.js';
import { RouterService } from './router.service.js';

/** The router above whatever provides configuration, processes, clock and events. */
@Module({})
export class RouterModule {
  /**
   * @param imports Modules that export ConfigStore, `CLOCK`, EventEmitter2 and `ROUTED_PROCESSES`,
   * unless they are global.
   */
  static register(imports: ModuleMetadata['imports'] = []): DynamicModule {
    return {
      module: RouterModule,
      imports: [PluginHostModule, ...imports],
      providers: [RouterService, SwapDecisions],
      exports: [RouterService, SwapDecisions, PluginHostModule],
    };
  }
}
