import { Counter, Registry } from 'prom-client';
import { PluginCutOffEvent } from '#lib/foundation';

/** Families about plugins of packages. */
export class PluginMetrics {
  private readonly cutOffs: Counter;

  constructor(registry: Registry) {
    this.cutOffs = new Counter({
      name: 'drover_plugin_cut_offs_total',
      help: 'Plugins of packages that were cut off because they were slow, hung or died',
      labelNames: ['kind', 'name'],
      registers: [registry],
    });
  }

  /** A plugin was cut off. */
  cutOff({ kind, name }: PluginCutOffEvent): void {
    this.cutOffs.inc({ kind, name });
  }
}
