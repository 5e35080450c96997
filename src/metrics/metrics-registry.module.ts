import { Global, Module } from '@nestjs/common';
import { MetricsRegistry } from './metrics.registry.js';

/** The registry is global, because the page's controller lives in a module of the library. */
@Global()
@Module({ providers: [MetricsRegistry], exports: [MetricsRegistry] })
export class MetricsRegistryModule {}
